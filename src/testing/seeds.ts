// Which seeds a test runs with, and what a failure says of its seed.
//
// Seed 0 is asyncio's own order, nothing permuted. The environment variable ASYNCIO_SEED overrides what the
// test asks for: a number replays that one schedule, `random` draws a new one.

import process from 'node:process';
import { InvalidArgumentError } from '../asyncio.ts';

const SEED_VARIABLE = 'ASYNCIO_SEED';

/** The seeds to run with, one after the other. */
export function seedsToRun(seed: number | 'random' | undefined, schedules: number): number[] {
  const wish = seedVariable();
  if (wish !== undefined && wish !== '') return [wish === 'random' ? freshSeed() : parseSeed(wish)];
  if (!Number.isInteger(schedules) || schedules < 1) {
    throw new InvalidArgumentError('schedules', `schedules is an integer from 1 on, not ${schedules}`);
  }
  const first = seed === 'random' ? freshSeed() : checkSeed(seed ?? 0, 'seed');
  return Array.from({ length: schedules }, (_, at) => first + at);
}

function seedVariable(): string | undefined {
  try {
    return process.env[SEED_VARIABLE];
  } catch {
    return undefined; // Deno without the permission
  }
}

function freshSeed(): number {
  return 1 + Math.floor(Math.random() * (2 ** 31 - 1));
}

function parseSeed(text: string): number {
  return checkSeed(/^\d+$/.test(text) ? Number(text) : NaN, SEED_VARIABLE);
}

function checkSeed(seed: number, name: string): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new InvalidArgumentError(name, `${name} must be an integer from 0 to ${2 ** 32 - 1}, or "random"`);
}

/** Adds to the error's message how to have it again. The error stays the same object, so that its class,
 * code and fields stay; what is no error, or can't be changed, is wrapped. */
export function nameSeed(error: unknown, seed: number, schedules: number): Error {
  const order =
    seed === 0 ? " (asyncio's own order)" : schedules > 1 ? ` (one of ${schedules} schedules)` : '';
  const note = `seed ${seed}${order}; to run this again: ${SEED_VARIABLE}=${seed}`;
  if (!(error instanceof Error)) return new Error(`${String(error)}\n${note}`, { cause: error });
  const before = error.message;
  if (before.includes(note)) return error;
  try {
    const { stack } = error;
    error.message = before === '' ? note : `${before}\n${note}`;
    if (stack !== undefined && !error.stack?.includes(note)) error.stack = stackWith(stack, before, note);
    if (error.message.includes(note)) return error;
  } catch {
    // Frozen, or an accessor that throws.
  }
  return new Error(`${before}\n${note}`, { cause: error });
}

function stackWith(stack: string, message: string, note: string): string {
  const at = message === '' ? -1 : stack.indexOf(message);
  const end = at >= 0 ? at + message.length : (/\n +at /.exec(stack)?.index ?? stack.length);
  return `${stack.slice(0, end)}\n${note}${stack.slice(end)}`;
}
