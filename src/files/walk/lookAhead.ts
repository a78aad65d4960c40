// Reading folders before they are asked for.
//
// 1. The walker says what it will want, the soonest last (its stack). At most `concurrency` folders are read at a time,
//    and at most `KEPT` that were read wait for the walker. Only the next few are looked at, so that a wide folder
//    costs no more for each of its folders than a small one.
// 2. A folder is read when the walker is sure to want it: never one that its user may still take out.
// 3. The readings are the host's promises, not tasks: a cancel, or the end of the loop over the walk, leaves those that
//    are under way to themselves. They change nothing, and nobody hears of them any more.

const KEPT = 1024;

export interface Settled<T> {
  readonly value?: T;
  readonly error?: unknown;
}

/** A folder that is read, or was. */
export interface Reading<T> {
  /** Undefined as long as it is read. */
  settled?: Settled<T>;
  readonly ended: Promise<Settled<T>>;
}

export class LookAhead<Key, T> {
  readonly #read: (key: Key) => Promise<T>;
  readonly #concurrency: number;
  readonly #isUnread: (key: Key) => boolean;
  readonly #started: Map<Key, Reading<T>> = new Map();
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
  take(key: Key): Reading<T> {
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

  #start(key: Key): Reading<T> {
    this.#running++;
    const end = (result: Settled<T>): Settled<T> => {
      this.#running--;
      reading.settled = result;
      this.#fill();
      return result;
    };
    const ended = this.#read(key).then(
      (value) => end({ value }),
      (error: unknown) => end({ error }),
    );
    const reading: Reading<T> = { ended };
    return reading;
  }
}
