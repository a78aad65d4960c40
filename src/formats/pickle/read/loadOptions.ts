// What reading a pickle may be told, checked at the public edge.

import { InvalidArgumentError } from '../../../asyncio.ts';
import { classTable } from '../classes/classTable.ts';
import type { ClassTable } from '../classes/classTable.ts';
import type { PickleClasses } from '../classes/pickleClass.ts';

/** How much a pickle may ask for. All are counts, with no end by default but where a stream is read. */
export interface PickleLimits {
  /** Bytes of one pickle; 64 MiB by default where it is read from a stream. */
  maxBytes?: number;
  /** Opcodes, and so values: each makes one at most. */
  maxItems?: number;
  /** Values that it keeps to refer to them again. */
  maxMemo?: number;
  /** How deep its containers may lie in each other. Reading needs no depth; code that walks through the value may. */
  maxDepth?: number;
}

export interface LoadOptions extends PickleLimits {
  /** Classes by their names in Python, beside those of the standard library that are data; all others are refused. */
  classes?: PickleClasses;
  /** What is done about other classes: `'refuse'`, or `'keep'` as PickledObject and PickledGlobal, of which nothing is
   * run. `'refuse'` by default. */
  unknown?: 'refuse' | 'keep';
  /** What a dict becomes: a Map, or a plain object, whose keys are text and which refuses others. `'map'` by default. */
  dicts?: 'map' | 'object';
  /** What a tuple becomes: a Tuple, or an array, which is no tuple any more when it is written. `'tuple'` by default. */
  tuples?: 'tuple' | 'array';
  /** What a float becomes: a number, or a Float where it has a whole value and would be written as an int. `'number'` by
   * default. */
  floats?: 'number' | 'keep';
  /** What an int becomes: a number up to 2^53 and a bigint beyond, or always a bigint. `'auto'` by default. */
  ints?: 'auto' | 'bigint';
  /** How the strings of Python 2 are decoded; `'bytes'` leaves them bytes. `'ascii'` by default. */
  encoding?: 'ascii' | 'latin1' | 'utf-8' | 'bytes';
  /** The names of Python 2 in protocols 0 to 2 are those of Python 3. True by default. */
  fixImports?: boolean;
  /** The buffers that a pickle of protocol 5 has left out, in order. */
  buffers?: Iterable<Uint8Array>;
  /** Returns what a persistent id stands for. Without it a pickle that has one is refused. */
  persistentLoad?: (id: unknown) => unknown;
  /** Codes of copyreg's extension registry, as `{ 240: 'module.Name' }`. */
  extensions?: Readonly<Record<number, string>>;
}

/** The options with their defaults. */
export interface LoadSettings {
  readonly maxBytes: number;
  readonly maxItems: number;
  readonly maxMemo: number;
  readonly maxDepth: number;
  readonly table: ClassTable;
  readonly keepUnknown: boolean;
  readonly objects: boolean;
  readonly arrays: boolean;
  readonly keepFloats: boolean;
  readonly bigints: boolean;
  readonly encoding: 'ascii' | 'latin1' | 'utf-8' | 'bytes';
  readonly fixImports: boolean;
  readonly buffers: Iterator<unknown> | undefined;
  readonly persistentLoad: ((id: unknown) => unknown) | undefined;
  readonly extensions: Readonly<Record<number, string>> | undefined;
}

const kinds = Object.entries({
  unknown: ['refuse', 'keep'],
  dicts: ['map', 'object'],
  tuples: ['tuple', 'array'],
  floats: ['number', 'keep'],
  ints: ['auto', 'bigint'],
  encoding: ['ascii', 'latin1', 'utf-8', 'bytes'],
});

const standard = settingsOf({}, Infinity);

/** @throws InvalidArgumentError for an option that can't be used */
export function loadSettings(options: LoadOptions | undefined, maxBytes: number = Infinity): LoadSettings {
  if (options === undefined && maxBytes === Infinity) return standard;
  const given: unknown = options === undefined ? {} : options;
  if (typeof given !== 'object' || given === null)
    throw new InvalidArgumentError('options', 'the options of reading a pickle are an object');
  for (const [name, words] of kinds) {
    const word: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (word !== undefined && !words.includes(word as string))
      throw new InvalidArgumentError(name, `${name} is ${words.map((one) => `'${one}'`).join(' or ')}`);
  }
  return settingsOf(given, maxBytes);
}

function settingsOf(options: LoadOptions, maxBytes: number): LoadSettings {
  const { persistentLoad, buffers } = options;
  if (persistentLoad !== undefined && typeof persistentLoad !== 'function')
    throw new InvalidArgumentError('persistentLoad', 'persistentLoad is a function');
  return {
    maxBytes: limitOf(options, 'maxBytes', maxBytes),
    maxItems: limitOf(options, 'maxItems', Infinity),
    maxMemo: limitOf(options, 'maxMemo', Infinity),
    maxDepth: limitOf(options, 'maxDepth', Infinity),
    table: classTable(options.classes),
    keepUnknown: options.unknown === 'keep',
    objects: options.dicts === 'object',
    arrays: options.tuples === 'array',
    keepFloats: options.floats === 'keep',
    bigints: options.ints === 'bigint',
    encoding: options.encoding ?? 'ascii',
    fixImports: options.fixImports ?? true,
    buffers: buffers?.[Symbol.iterator](),
    persistentLoad,
    extensions: options.extensions,
  };
}

function limitOf(options: LoadOptions, name: keyof PickleLimits, otherwise: number): number {
  const limit: unknown = options[name] ?? otherwise;
  if (typeof limit === 'number' && limit >= 0) return limit;
  throw new InvalidArgumentError(name, `${name} is a count, not ${String(limit)}`);
}
