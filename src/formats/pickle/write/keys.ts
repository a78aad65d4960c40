// Keys of dicts and members of sets: what is one in Python, and which are equal there.
//
// In JavaScript two tuples of equal items are two keys, and so are 1, 1n and true. In Python they are one: written side by
// side the last would replace the others when it is read, so they are refused.

import { Float } from '../../float.ts';
import { PicklingError } from '../pickleErrors.ts';
import { ByteArray, FrozenSet, Tuple } from '../values/containers.ts';

/** Nested deeper than this, tuples are told apart by their identity. */
const DEEPEST = 50;

/** @throws PicklingError for a key that Python has none of, and for two that are one there */
export function checkKeys(keys: Iterable<unknown>): void {
  let kinds = 0;
  let seen: Map<unknown, unknown> | undefined;
  const all: unknown[] = [];
  for (const key of keys) {
    all.push(key);
    const kind = typeof key;
    kinds |= kind === 'string' ? 1 : kind === 'number' ? 2 : 4;
    if (kind === 'object' && key !== null) checkHashable(key as object);
  }
  if (kinds < 4) return;
  const names = new Names();
  for (const key of all) {
    const name = names.of(key, 0);
    seen ??= new Map();
    if (seen.has(name))
      throw new PicklingError(`two keys, or members of a set, are equal in Python: ${show(key)}`);
    seen.set(name, key);
  }
}

function checkHashable(key: object): void {
  if (key instanceof Tuple || key instanceof FrozenSet) return;
  const prototype: unknown = Object.getPrototypeOf(key);
  const mutable =
    Array.isArray(key) || key instanceof Map || key instanceof Set || key instanceof ByteArray;
  if (mutable || prototype === Object.prototype || prototype === null)
    throw new PicklingError(
      'a list, dict, set or bytearray cannot be a key in Python: use a Tuple or a FrozenSet',
    );
}

function show(key: unknown): string {
  return typeof key === 'object' && key !== null ? key.constructor.name : String(key);
}

/** Names of values that are equal where the values are in Python. */
class Names {
  readonly #tuples: Map<object, unknown> = new Map();
  readonly #numbers: Map<string, number> = new Map();

  of(key: unknown, depth: number): unknown {
    if (typeof key === 'string') return `s${key}`;
    if (typeof key === 'boolean') return key ? 'n1' : 'n0';
    if (typeof key === 'bigint') return `n${key}`;
    if (typeof key === 'number' || key instanceof Float) return numberName(Number(key));
    if (typeof key !== 'object' || key === null) return key;
    if (key instanceof Uint8Array) return `b${Buffer.from(key).toString('latin1')}`;
    if (!(key instanceof Tuple || key instanceof FrozenSet) || depth > DEEPEST) return key;
    const known = this.#tuples.get(key);
    if (known !== undefined) return known;
    const names = Array.from(key as Iterable<unknown>, (item) => this.#numbered(this.of(item, depth + 1)));
    const name = key instanceof Tuple ? `t${names}` : `f${names.sort((a, b) => a - b)}`;
    this.#tuples.set(key, name);
    return name;
  }

  /** A number for each name, so that names stay short. */
  #numbered(name: unknown): number {
    const text = typeof name === 'string' ? name : `o${this.#identity(name)}`;
    const known = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, known);
    return known;
  }

  readonly #objects: Map<unknown, number> = new Map();

  #identity(object: unknown): number {
    const known = this.#objects.get(object) ?? this.#objects.size;
    this.#objects.set(object, known);
    return known;
  }
}

function numberName(value: number): unknown {
  // Not even equal to itself.
  if (Number.isNaN(value)) return {};
  return Number.isInteger(value) ? `n${BigInt(value)}` : `n${value}`;
}
