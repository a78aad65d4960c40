// The options of reading JSON, and what they come to.

import { Float } from '../float.ts';
import { InvalidArgumentError } from '../../asyncio.ts';

/** What is made of a document; each hook has Python's meaning. */
export interface JsonLoadOptions {
  /** Makes something of each object; it gets the object. */
  readonly objectHook?: ((object: Record<string, unknown>) => unknown) | undefined;
  /** As `objectHook`, before it; it gets the names and values in their order, names that come twice included. */
  readonly objectPairsHook?: ((pairs: [name: string, value: unknown][]) => unknown) | undefined;
  /** Makes something of each array; it gets the array. */
  readonly arrayHook?: ((items: unknown[]) => unknown) | undefined;
  /** Makes something of the text of a number with a fraction or an exponent; a number by default. */
  readonly parseFloat?: ((text: string) => unknown) | undefined;
  /** Makes something of the text of any other number; by default a number, or a bigint beyond 2^53 - 1. */
  readonly parseInt?: ((text: string) => unknown) | undefined;
  /** Makes something of `NaN`, `Infinity` and `-Infinity`, which are numbers by default. */
  readonly parseConstant?: ((text: string) => unknown) | undefined;
  /** With `keep` 1.0 becomes a {@link Float}, to be told from 1 and written as 1.0; numbers by default. */
  readonly floats?: 'number' | 'keep' | undefined;
  /** With `map` objects become Maps, which keep the order also of names that are numbers; objects by default. */
  readonly dicts?: 'object' | 'map' | undefined;
  /** Whether control characters in strings are refused. True by default. */
  readonly strict?: boolean | undefined;
  /** How deep arrays and objects may be in each other; 10,000 by default. */
  readonly maxDepth?: number | undefined;
}

/** The options, resolved. */
export interface JsonLoadSettings {
  /** Nothing is asked for that the host's own parser doesn't do. */
  readonly isPlain: boolean;
  readonly strict: boolean;
  readonly maxDepth: number;
  toObject(pairs: [string, unknown][]): unknown;
  toArray(items: unknown[]): unknown;
  toFloat(text: string): unknown;
  /** Undefined: as the default does. */
  readonly toInt: ((text: string) => unknown) | undefined;
  toConstant(text: string): unknown;
}

const MAX_DEPTH = 10_000;

/** @throws InvalidArgumentError for a depth that is none */
export function jsonLoadSettings(options: JsonLoadOptions = {}): JsonLoadSettings {
  const {
    objectHook,
    objectPairsHook,
    arrayHook,
    parseFloat: float,
    parseInt: int,
    parseConstant,
  } = options;
  const { floats = 'number', dicts = 'object', strict = true, maxDepth = MAX_DEPTH } = options;
  if (typeof maxDepth !== 'number' || !(maxDepth >= 0))
    throw new InvalidArgumentError('maxDepth', 'maxDepth is a number from 0 on');
  const toContainer = dicts === 'map' ? (pairs: [string, unknown][]) => new Map(pairs) : toPlain;
  const hooks = [objectHook, objectPairsHook, arrayHook, float, int, parseConstant];
  return {
    isPlain: strict && floats !== 'keep' && dicts !== 'map' && hooks.every((hook) => hook === undefined),
    strict,
    maxDepth,
    toObject: objectPairsHook ?? ((pairs) => hooked(toContainer(pairs), objectHook as never)),
    toArray: arrayHook ?? ((items) => items),
    toFloat: float ?? (floats === 'keep' ? keptFloat : Number),
    toInt: int,
    toConstant: parseConstant ?? Number,
  };
}

function hooked(value: unknown, hook: ((value: unknown) => unknown) | undefined): unknown {
  return hook === undefined ? value : hook(value);
}

function keptFloat(text: string): number | Float {
  const value = Number(text);
  return Number.isInteger(value) ? new Float(value) : value;
}

function toPlain(pairs: [string, unknown][]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of pairs) {
    if (name === '__proto__')
      Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
    else object[name] = value;
  }
  return object;
}
