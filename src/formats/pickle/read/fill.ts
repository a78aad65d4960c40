// Putting items into lists, dicts and sets, and into what else takes them.

import { FrozenSet, PickledObject, Tuple } from '../values/containers.ts';
import { madeOf, ofClass } from './objectOpcodes.ts';
import type { Machine } from './machine.ts';

/** Appends what is from `start` on to what is below. */
export function appendItems(machine: Machine, start: number): void {
  const { stack } = machine;
  const target = targetBelow(machine, start);
  const made = machine.made?.get(target);
  if (made?.known?.append !== undefined) {
    const { append } = made.known;
    for (let index = start; index < stack.length; index += 1)
      ofClass(machine, made, () => append(target as never, stack[index]));
  } else if (Array.isArray(target) && !(target instanceof Tuple)) {
    for (let index = start; index < stack.length; index += 1) target.push(stack[index]);
  } else if (target instanceof PickledObject) {
    target.items ??= [];
    for (let index = start; index < stack.length; index += 1) target.items.push(stack[index]);
  } else throw machine.error('items are appended to what is no list');
  stack.length = start;
}

/** Sets the pairs from `start` on in what is below. */
export function setItems(machine: Machine, start: number): void {
  const { stack } = machine;
  const target = targetBelow(machine, start);
  if ((stack.length - start) % 2 !== 0) throw machine.error('a dict gets a key without a value');
  const made = machine.made?.get(target);
  const setItem = made?.known?.setItem;
  for (let index = start; index < stack.length; index += 2) {
    const key = stack[index];
    if (typeof key === 'object' && key !== null) checkHashable(machine, key);
    const value = stack[index + 1];
    if (made !== undefined && setItem !== undefined)
      ofClass(machine, made, () => setItem(target as never, key, value));
    else if (target instanceof Map) target.set(key, value);
    else if (target instanceof PickledObject) (target.entries ??= []).push([key, value]);
    else setProperty(machine, target, key, value);
  }
  stack.length = start;
}

/** Adds what is from `start` on to the set below. */
export function addItems(machine: Machine, start: number): void {
  const { stack } = machine;
  const target = targetBelow(machine, start);
  if (!(target instanceof Set) || target instanceof FrozenSet)
    throw machine.error('items are added to what is no set');
  for (let index = start; index < stack.length; index += 1) {
    checkHashable(machine, stack[index]);
    target.add(stack[index]);
  }
  stack.length = start;
}

/** Lists, dicts, sets and bytearrays are neither keys nor members of sets. */
export function checkHashable(machine: Machine, key: unknown): void {
  if (typeof key !== 'object' || key === null || key instanceof Tuple || key instanceof FrozenSet) return;
  const mutable = Array.isArray(key) ? !machine.settings.arrays : key instanceof Map || key instanceof Set;
  if ((mutable && madeOf(machine, key) === undefined) || isDict(machine, key))
    throw machine.error('a key, or a member of a set, is a list, dict or set');
}

function isDict(machine: Machine, value: object): boolean {
  return machine.settings.objects && Object.getPrototypeOf(value) === Object.prototype;
}

function setProperty(machine: Machine, target: unknown, key: unknown, value: unknown): void {
  if (typeof target !== 'object' || target === null || !isDict(machine, target))
    throw machine.error('items are set in what is no dict');
  if (typeof key !== 'string')
    throw machine.error("a key is no text, which an object can't have: read with dicts: 'map'", 'class');
  // An assignment would set the prototype.
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as Record<string, unknown>)[key] = value;
}

function targetBelow(machine: Machine, start: number): unknown {
  if (start - 1 < machine.fence) throw machine.error('the stack has nothing below the items');
  return machine.stack[start - 1];
}
