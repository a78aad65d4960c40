// How late the host's timers come on this thread, sampled: what a callback of anybody's would have waited.

const INTERVAL = 20;
const KEPT = 1024;

export class LoopDelay {
  readonly #samples: Float64Array = new Float64Array(KEPT);
  #count: number = 0;
  #longest: number = 0;
  #sum: number = 0;
  #expected: number;
  readonly #timer: NodeJS.Timeout;

  readonly #sampled: ((late: number) => void) | undefined;

  /** `sampled` is told of each sample, in milliseconds. */
  constructor(sampled?: (late: number) => void) {
    this.#sampled = sampled;
    this.#expected = performance.now() + INTERVAL;
    this.#timer = setInterval(() => this.#sample(), INTERVAL);
    this.#timer.unref();
  }

  /** How many samples there were. */
  get count(): number {
    return this.#count;
  }

  /** The sum of all, in milliseconds. */
  get sum(): number {
    return this.#sum;
  }

  /** The longest since the last call. A thread that is held up at this moment counts. */
  takeLongest(): number {
    const longest = Math.max(this.#longest, performance.now() - this.#expected, 0);
    this.#longest = 0;
    return longest;
  }

  /** The quantiles of the latest samples: about the last twenty seconds. NaN where there are none yet. */
  quantiles(...which: readonly number[]): number[] {
    const sorted = this.#samples.slice(0, Math.min(this.#count, KEPT)).sort();
    return which.map((part) =>
      sorted.length === 0
        ? Number.NaN
        : (sorted[Math.ceil(part * sorted.length) - 1] ?? (sorted[0] as number)),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const now = performance.now();
    const late = Math.max(0, now - this.#expected);
    this.#expected = now + INTERVAL;
    this.#samples[this.#count++ % KEPT] = late;
    this.#sum += late;
    if (late > this.#longest) this.#longest = late;
    this.#sampled?.(late);
  }
}
