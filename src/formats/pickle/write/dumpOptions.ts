// What writing a pickle may be told, checked at the public edge.

import { InvalidArgumentError } from '../../../asyncio.ts';
import { classTable, globalOf } from '../classes/classTable.ts';
import type { ClassTable } from '../classes/classTable.ts';
import type { PickleClasses, Reduction } from '../classes/pickleClass.ts';
import { DEFAULT_PROTOCOL, HIGHEST_PROTOCOL } from '../opcodes.ts';
import type { PickleBuffer, PickledGlobal } from '../values/containers.ts';

export interface DumpOptions {
  /** From 0 to 5, 5 by default; -1 is the highest. */
  protocol?: number;
  /** How the objects of classes are written, beside those of the standard library. */
  classes?: PickleClasses;
  /** Asked for each object of a class, and each function, before `classes`; undefined leaves it to them. */
  reducer?: (value: object) => Reduction | PickledGlobal | undefined;
  /** Asked for each value: an id that is written in its place, or undefined. */
  persistentId?: (value: unknown) => unknown;
  /** Given each PickleBuffer, with protocol 5: what it returns false or nothing for is left out of the pickle. */
  bufferCallback?: (buffer: PickleBuffer) => unknown;
  /** The names of Python 3 become those of Python 2 in protocols 0 to 2. True by default. */
  fixImports?: boolean;
  /** Codes of copyreg's extension registry, as `{ 240: 'module.Name' }`. */
  extensions?: Readonly<Record<number, string>>;
  /** Keeps no track of what was written: smaller and faster, and what refers to itself is refused. False by default. */
  fast?: boolean;
}

/** The options with their defaults. */
export interface DumpSettings {
  readonly protocol: number;
  readonly table: ClassTable;
  readonly reducer: DumpOptions['reducer'];
  readonly persistentId: DumpOptions['persistentId'];
  readonly bufferCallback: DumpOptions['bufferCallback'];
  readonly fixImports: boolean;
  /** By module and name. */
  readonly codes: ReadonlyMap<string, number>;
  readonly fast: boolean;
}

const standard = settingsOf({});

/** @throws InvalidArgumentError for an option that can't be used */
export function dumpSettings(options: DumpOptions | undefined): DumpSettings {
  if (options === undefined) return standard;
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', 'the options of writing a pickle are an object');
  return settingsOf(options);
}

function settingsOf(options: DumpOptions): DumpSettings {
  const { protocol: asked = DEFAULT_PROTOCOL, bufferCallback } = options;
  if (!Number.isInteger(asked) || asked > HIGHEST_PROTOCOL)
    throw new InvalidArgumentError('protocol', `protocol is a whole number up to 5, not ${String(asked)}`);
  const protocol = asked < 0 ? HIGHEST_PROTOCOL : asked;
  for (const name of ['reducer', 'persistentId', 'bufferCallback'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw new InvalidArgumentError(name, `${name} is a function`);
  if (bufferCallback !== undefined && protocol < 5)
    throw new InvalidArgumentError('bufferCallback', 'bufferCallback wants protocol 5');
  return {
    protocol,
    table: classTable(options.classes),
    reducer: options.reducer,
    persistentId: options.persistentId,
    bufferCallback,
    fixImports: options.fixImports ?? true,
    codes: new Map(
      Object.entries(options.extensions ?? {}).map(([code, name]) => [
        String(globalOf(name)),
        Number(code),
      ]),
    ),
    fast: options.fast ?? false,
  };
}
