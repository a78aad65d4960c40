// Writing pickles: to bytes, and to writers of this library or any other's.
//
// 1. A pickle is made whole before a byte of it is written: what can't be pickled writes nothing, and a value that changes
//    while a writer waits is what it was.
// 2. A cancel while the writer drains takes back nothing: the pickle is with the writer already.

import { InvalidArgumentError } from '../../asyncio.ts';
import { DictWork, ListWork, TupleWork } from './write/containerWork.ts';
import { dumpSettings } from './write/dumpOptions.ts';
import type { DumpOptions, DumpSettings } from './write/dumpOptions.ts';
import { PickleWriter } from './write/writer.ts';

/** What a pickle can be written to: a StreamWriter, a file, or anything like them. */
export interface PickleTarget {
  /** Takes the bytes; a promise is waited for. */
  write(bytes: Uint8Array): unknown;
  /** Waits until there is room for more. */
  drain?(): PromiseLike<unknown>;
}

/** Writes a value as a pickle that Python reads. A number is an int where it is a safe integer, else a float (`new
 * Float(1)` is 1.0), a bigint an int, a Map or plain object a dict, an array a list, a Tuple a tuple, a Set a set, a
 * Uint8Array bytes, a Date a datetime in UTC. What appears twice is written once, and may contain itself. Semantics:
 * pickle.dumps.
 * @throws PicklingError (`ERR_PICKLING`) for what Python has none of, as undefined, or an object of a class that
 * `classes` does not know; InvalidArgumentError for options that can't be used
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = pickle.dumps([1, 'two', null], { protocol: 2 });
 * console.log(bytes.toString('latin1').includes('two')); // -> true
 * ```
 */
export function dumpPickle(value: unknown, options?: DumpOptions): Buffer {
  kept ??= oneOfEach();
  return new PickleWriter(dumpSettings(options)).write(value);
}

/** V8 drops what it has compiled of a class when a full collection finds no object of it: whoever writes one pickle after
 * the other would wait for the compiler again and again. These write nothing, and are there. */
let kept: readonly object[] | undefined;

function oneOfEach(): readonly object[] {
  const writer = new PickleWriter(dumpSettings(undefined));
  const works = [new ListWork(writer, []), DictWork.ofObject(writer, {}), new TupleWork(writer, [], [])];
  writer.sink.release();
  return [writer, ...works];
}

/** Writes a value to a writer as a pickle, and waits until that has room for more. A cancel ends the wait; the pickle is
 * written whole. Semantics: pickle.dump.
 * @throws PicklingError before a byte is written; what the writer throws
 * @example
 * ```ts
 * import { run, StreamReader } from 'asyncio-ts';
 * import { pickle } from 'asyncio-ts/formats';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   await pickle.dump(['a', 1], { write: (bytes) => reader.feedData(bytes) });
 *   console.log(await pickle.load(reader)); // -> [ 'a', 1 ]
 * });
 * ```
 */
export async function dumpPickleTo(
  value: unknown,
  target: PickleTarget,
  options?: DumpOptions,
): Promise<void> {
  checkTarget(target);
  await send(target, dumpPickle(value, options));
}

/** Writes pickles that share a memo: what an earlier one has is only referred to by the later ones, which are read in
 * the same order by one Unpickler. Semantics: pickle.Pickler.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const sizes: number[] = [];
 * const pickler = new pickle.Pickler({ write: (bytes) => sizes.push(bytes.length) });
 * const big = Buffer.alloc(1000);
 * await pickler.dump(big);
 * await pickler.dump(big);
 * console.log(sizes); // -> [ 1018, 5 ]
 * ```
 */
export class Pickler {
  readonly #target: PickleTarget;
  readonly #settings: DumpSettings;
  readonly #memo: Map<unknown, number> = new Map();

  /** @throws InvalidArgumentError for a target that has no write, or options that can't be used */
  constructor(target: PickleTarget, options?: DumpOptions) {
    checkTarget(target);
    this.#target = target;
    this.#settings = dumpSettings(options);
  }

  /** As `pickle.dump`. A value that can't be pickled leaves the memo as it was. */
  async dump(value: unknown): Promise<void> {
    const before = this.#memo.size;
    let bytes: Buffer;
    try {
      bytes = new PickleWriter(this.#settings, this.#memo).write(value);
    } catch (error) {
      for (const key of [...this.#memo.keys()].slice(before)) this.#memo.delete(key);
      throw error;
    }
    await send(this.#target, bytes);
  }

  /** The next pickle refers to nothing before it. */
  clearMemo(): void {
    this.#memo.clear();
  }
}

async function send(target: PickleTarget, bytes: Uint8Array): Promise<void> {
  await target.write(bytes);
  await target.drain?.();
}

function checkTarget(target: unknown): void {
  if (typeof (target as Partial<PickleTarget> | null | undefined)?.write !== 'function')
    throw new InvalidArgumentError('target', 'a pickle is written to something that has write(bytes)');
}
