// RateWindow: how much may begin in any interval.
//
// 1. The rate holds for every window of its length, not only for windows that begin at its multiples: two bursts at a
//    border are two windows' worth in one moment elsewhere.
// 2. What was let in counts from when it was let in, and its window ends an interval after it really began: a task
//    begins later than it was admitted, and what the other side sees is the beginning.
// 3. What never began has taken nothing.

/** What one has taken of the rate. */
export interface Share {
  readonly weight: number;
  /** When it began, on its loop's clock. */
  since: number | undefined;
}

/** See the head of the file. */
export class RateWindow {
  readonly #cap: number;
  readonly #interval: number;
  /** Of all that were let in and whose window has not ended. */
  #weight = 0;
  /** Those that have begun, the oldest first. */
  readonly #begun: Share[] = [];

  constructor(cap: number, interval: number) {
    this.#cap = cap;
    this.#interval = interval;
  }

  /** The weight that there is room for. */
  left(now: number): number {
    while (this.#begun[0] !== undefined && (this.#begun[0].since as number) + this.#interval <= now)
      this.#weight -= (this.#begun.shift() as Share).weight;
    return this.#cap - this.#weight;
  }

  /** Milliseconds until there is room for `weight`; Infinity while that is known only when others have begun. */
  delay(weight: number, now: number): number {
    let over = weight - this.left(now);
    if (over <= 0) return 0;
    for (const share of this.#begun) {
      over -= share.weight;
      if (over <= 0) return (share.since as number) + this.#interval - now;
    }
    return Infinity;
  }

  take(weight: number): Share {
    this.#weight += weight;
    return { weight, since: undefined };
  }

  /** It begins; a second time does nothing.
   * @returns whether it was the first time */
  begin(share: Share, now: number): boolean {
    if (share.since !== undefined) return false;
    share.since = now;
    this.#begun.push(share);
    return true;
  }

  /** It will not begin. */
  giveBack(share: Share): void {
    if (share.since === undefined) this.#weight -= share.weight;
  }
}
