// What every tool refuses at its edge: with the argument's name, before anything has changed.

import { InvalidArgumentError } from '../asyncio.ts';

export function checkFunction(value: unknown, argument: string): void {
  if (typeof value !== 'function')
    throw new InvalidArgumentError(argument, `${argument} is a function to be called`);
}

/** As {@link checkFunction}, for what may be left out. */
export function checkCallback(value: unknown, argument: string): void {
  if (value !== undefined) checkFunction(value, argument);
}

/** A number of things at once. */
export function checkLimit(value: number, name: string): number {
  if (!((Number.isInteger(value) && value > 0) || value === Infinity))
    throw new InvalidArgumentError(
      name,
      `${name} is a whole number from 1 on, or Infinity, not ${shown(value)}`,
    );
  return value;
}

/** A number from 0 on; Infinity is one. */
export function checkAmount(value: number, name: string): number {
  if (!(typeof value === 'number' && value >= 0))
    throw new InvalidArgumentError(name, `${name} is a number from 0 on, not ${shown(value)}`);
  return value;
}

/** Milliseconds that end. */
export function checkDuration(value: number, name: string): number {
  if (!(Number.isFinite(value) && value >= 0))
    throw new InvalidArgumentError(
      name,
      `${name} is a finite number of milliseconds from 0 on, not ${shown(value)}`,
    );
  return value;
}

export function checkChoice<T>(value: T, choices: readonly T[], name: string): T {
  if (!choices.includes(value))
    throw new InvalidArgumentError(
      name,
      `${name} is ${choices.map(shown).join(' or ')}, not ${shown(value)}`,
    );
  return value;
}

export function checkIterable(value: unknown, argument: string): void {
  const given = value as Partial<Iterable<unknown>> | undefined | null;
  if (typeof given?.[Symbol.iterator] !== 'function')
    throw new InvalidArgumentError(argument, `${argument} is an iterable`);
}

/** Of any realm. */
export function checkSignal(value: unknown): void {
  const given = value as Partial<AbortSignal> | null;
  if (typeof given?.aborted !== 'boolean' || typeof given.addEventListener !== 'function')
    throw new InvalidArgumentError('signal', `signal is an AbortSignal, not ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

export function checkPriority(priority: number): void {
  if (typeof priority !== 'number' || Number.isNaN(priority))
    throw new InvalidArgumentError('priority', `priority is a number, not ${String(priority)}`);
}
