// What a class of Python's is here: how its objects are made of what a pickle says, and how they are written.
//
// 1. A pickle names classes; only what stands in the table of the caller or among the standard ones is ever made, by the
//    functions that stand there. Nothing is looked up in JavaScript's own objects by a name of the pickle's.
// 2. A state is put on an object as own data properties: no setter runs, and `__proto__` is a property like any other.

import { InvalidArgumentError } from '../../../asyncio.ts';
import type { PickledGlobal } from '../values/containers.ts';

/** What an object is written as: a call of its class with `args`, and what is done to the result. */
export interface Reduction {
  readonly args?: readonly unknown[];
  readonly kwargs?: ReadonlyMap<string, unknown>;
  /** Made by `__new__`, as most classes of Python's are, and not by a call. */
  readonly isNew?: boolean;
  /** What is called instead of the class: `'module.name'`. */
  readonly call?: string | PickledGlobal;
  /** `__setstate__`, or the `__dict__`. */
  readonly state?: unknown;
  /** Appended to the object. */
  readonly items?: Iterable<unknown>;
  /** Set on the object. */
  readonly entries?: Iterable<readonly [unknown, unknown]>;
}

/** How the objects of a class of Python's are read and written; given in `classes` by the name of the class. Each part
 * may be left out: what is not there is refused. */
export interface PickleClass<T = never> {
  /** The class of the objects here: `dump` gets its direct instances. */
  readonly type?: abstract new (...args: never[]) => T;
  /** Makes an object of the arguments of its call or `__new__`. */
  readonly load?: (args: readonly unknown[], kwargs: ReadonlyMap<unknown, unknown>) => unknown;
  /** Takes the state that an object was written with. */
  readonly setState?: (object: T, state: unknown) => void;
  readonly append?: (object: T, item: unknown) => void;
  readonly setItem?: (object: T, key: unknown, value: unknown) => void;
  readonly dump?: (object: T, protocol: number) => Reduction;
}

/** Classes by their names in Python, `'module.Name'`: how each is read and written, or a class of JavaScript's, whose
 * objects get the state as their properties. Its constructor is not called. */
export type PickleClasses = Readonly<Record<string, AnyPickleClass | PlainClass>>;

export type PlainClass = abstract new (...args: never[]) => object;

// oxlint-disable-next-line typescript/no-explicit-any -- whatever a class is of, it may stand in the table
export type AnyPickleClass = PickleClass<any>;

/** A class of JavaScript's as one of Python's with a `__dict__`. */
export function plainClass(type: PlainClass): AnyPickleClass {
  return {
    type,
    load(args, kwargs): object {
      if (args.length > 0 || kwargs.size > 0)
        throw new InvalidArgumentError('args', `${type.name} is made without arguments: give it a load`);
      return Object.create(type.prototype as object) as object;
    },
    setState: setProperties,
    dump: (object: object) => {
      const state = new Map(Object.entries(object));
      return state.size === 0 ? { isNew: true } : { isNew: true, state };
    },
  };
}

/** Puts a state on an object: the `__dict__`, or a pair of that and the slots. */
function setProperties(object: object, state: unknown): void {
  const parts = Array.isArray(state) && state.length === 2 ? (state as unknown[]) : [state];
  for (const part of parts) {
    if (part === null) continue;
    for (const [name, value] of namesOf(part)) {
      if (typeof name !== 'string')
        throw new InvalidArgumentError('state', 'the state of an object has names that are no text');
      Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
    }
  }
}

function namesOf(state: unknown): Iterable<readonly [unknown, unknown]> {
  if (state instanceof Map) return state as Map<unknown, unknown>;
  if (typeof state === 'object' && state !== null && !Array.isArray(state)) return Object.entries(state);
  throw new InvalidArgumentError('state', 'the state of an object is a dict, or a pair of dicts');
}
