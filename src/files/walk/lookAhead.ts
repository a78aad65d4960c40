// Reading folders before they are asked for.
//
// 1. The walker says what it will want, the soonest last (its stack). At most `concurrency` folders are read at a time,
//    and at most `KEPT` that were read wait for the walker. Only the next few are looked at, so that a wide folder
//    costs no more for each of its folders than a small one.
// 2. A folder is read when the walker is sure to want it: never one that its user may still take out.
// 3. The readings are the host's promises, not tasks: a cancel, or the end of the loop over the walk, leaves those that
//    are under way to themselves. They change nothing, and nobody hears of them any more.

const KEPT = 1024;

interface Settled<T> {
  readonly value?: T;
  readonly error?: unknown;
}

export class LookAhead<Key, T> {
  readonly #read: (key: Key) => Promise<T>;
  readonly #concurrency: number;
  readonly #isUnread: (key: Key) => boolean;
  readonly #started: Map<Key, Promise<Settled<T>>> = new Map();
  #running = 0;
  #wanted: readonly Key[] = [];

  constructor(read: (key: Key) => Promise<T>, concurrency: number, isUnread: (key: Key) => boolean) {
    this.#read = read;
    this.#concurrency = concurrency;
    this.#isUnread = isUnread;
  }

  /** What comes after the one that is taken next; the list may change, and is looked at anew. */
  want(stack: readonly Key[]): void {
    this.#wanted = stack;
    this.#fill();
  }

  /** What was read, or what the reading failed with. */
  take(key: Key): Promise<Settled<T>> {
    const reading = this.#started.get(key) ?? this.#start(key);
    this.#started.delete(key);
    return reading;
  }

  #fill(): void {
    const { length } = this.#wanted;
    for (let i = length - 1; i >= Math.max(0, length - 4 * this.#concurrency); i--) {
      if (this.#running >= this.#concurrency || this.#started.size >= KEPT) return;
      const key = this.#wanted[i] as Key;
      if (this.#isUnread(key) && !this.#started.has(key)) this.#started.set(key, this.#start(key));
    }
  }

  #start(key: Key): Promise<Settled<T>> {
    this.#running++;
    const ended = (result: Settled<T>): Settled<T> => {
      this.#running--;
      this.#fill();
      return result;
    };
    return this.#read(key).then(
      (value) => ended({ value }),
      (error: unknown) => ended({ error }),
    );
  }
}
