// What is left to write of a value, on the stack that stands in for recursion; and what it sees of the writer.

import type { DumpSettings } from './dumpOptions.ts';
import type { Sink } from './sink.ts';

export interface Writing {
  readonly settings: DumpSettings;
  readonly protocol: number;
  readonly sink: Sink;
  /** What was written, with its place in the memo. */
  readonly memo: ReadonlyMap<unknown, number>;
  /** Writes a value and returns true; or false, when the rest of it is left for later. */
  save(value: unknown): boolean;
  /** As save, of a value that has no persistent id. */
  saveItself(value: unknown): boolean;
  /** Writes a tuple of these items, which is referred to by `key`. */
  saveTuple(items: readonly unknown[], key: object): boolean;
  /** Leaves work for later. */
  later(work: PickleWork): false;
  /** Refers to what was written already, and returns true; false where it was not. */
  recall(key: unknown): boolean;
  /** What was just written can be referred to by `key`. */
  memoize(key: unknown): void;
}

/** What is left of a container to write. */
export interface PickleWork {
  /** Goes on up to the next container inside of it, and returns false; or to its end, and returns true. */
  step(writer: Writing): boolean;
}

/** Things to write one after the other. */
export class Sequence implements PickleWork {
  readonly #steps: readonly (() => boolean)[];
  #next: number = 0;

  constructor(...steps: readonly (() => boolean)[]) {
    this.#steps = steps;
  }

  step(): boolean {
    while (this.#next < this.#steps.length) {
      const step = this.#steps[this.#next++] as () => boolean;
      if (!step()) return this.#next === this.#steps.length;
    }
    return true;
  }
}
