// Sets and frozensets: opcodes of protocol 4, and calls with a list before it.

import type { FrozenSet } from '../values/containers.ts';
import { checkKeys } from './keys.ts';
import { callGlobal } from './objectWork.ts';
import type { PickleWork, Writing } from './work.ts';

const BATCH = 1000;
const MARK = 0x28;

export function saveSet(writer: Writing, set: Set<unknown>): boolean {
  checkKeys(set);
  if (writer.protocol < 4) return callGlobal(writer, 'builtins', 'set', [[...set]], set);
  writer.sink.byte(0x8f);
  writer.memoize(set);
  return set.size === 0 || writer.later(new SetWork([...set]));
}

export function saveFrozenSet(writer: Writing, set: FrozenSet): boolean {
  checkKeys(set);
  if (writer.protocol < 4) return callGlobal(writer, 'builtins', 'frozenset', [[...set]], set);
  writer.sink.byte(MARK);
  return writer.later(new FrozenSetWork(set));
}

class SetWork implements PickleWork {
  readonly #items: readonly unknown[];
  #next: number = 0;

  constructor(items: readonly unknown[]) {
    this.#items = items;
  }

  step(writer: Writing): boolean {
    const items = this.#items;
    for (;;) {
      if (this.#next % BATCH === 0) {
        if (this.#next > 0) writer.sink.byte(0x90);
        if (this.#next < items.length || this.#next === 0) writer.sink.byte(MARK);
      }
      if (this.#next === items.length) break;
      if (!writer.save(items[this.#next++])) return false;
    }
    if (this.#next % BATCH !== 0) writer.sink.byte(0x90);
    return true;
  }
}

class FrozenSetWork implements PickleWork {
  readonly #set: FrozenSet;
  readonly #items: readonly unknown[];
  #next: number = 0;

  constructor(set: FrozenSet) {
    this.#set = set;
    this.#items = [...set];
  }

  step(writer: Writing): boolean {
    while (this.#next < this.#items.length) if (!writer.save(this.#items[this.#next++])) return false;
    if (writer.memo.has(this.#set)) {
      writer.sink.byte(0x31);
      return writer.recall(this.#set);
    }
    writer.sink.byte(0x91);
    writer.memoize(this.#set);
    return true;
  }
}
