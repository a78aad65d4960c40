// What one measurement is, and the few ways to take one. Every peer takes its times with these, so that
// a microsecond, a byte and a lateness mean the same for all of them.

/** The figures of one measurement. `value` is the one that counts; the others are printed beside it. */
export type Sample = { value: number } & Record<string, number>;

/** Does one work of the given size once, and says what it took. */
export type WorkFunction = (size: number) => Promise<Sample>;

/** The works a peer can do; a variant of one has the key `work:variant`. */
export type PeerWorks = Readonly<Record<string, WorkFunction>>;

/** The delay of a sleep that nobody is meant to see end: 1,000 seconds. */
export const longSleep = 1_000_000;

/** Microseconds for each of `count` operations since `started` (a `performance.now()`). */
export function microsecondsEach(started: number, count: number): number {
  return ((performance.now() - started) * 1000) / count;
}

/** A stopwatch of the processor time of this process, all its threads included, in microseconds. */
export function processorTime(): () => number {
  const before = process.cpuUsage();
  return () => {
    const used = process.cpuUsage(before);
    return used.user + used.system;
  };
}

/** Bytes in use on the heap and outside it after the garbage is gone. */
export async function settledHeap(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run this with --expose-gc');
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Fails loudly if a peer did not do the work: a fast wrong answer is worth nothing. */
export function check(found: number, expected: number): void {
  if (found !== expected) throw new Error(`the work was not done: ${found} instead of ${expected}`);
}

/** 0 + 1 + … + (n - 1). */
export function sumBelow(n: number): number {
  return (n * (n - 1)) / 2;
}

/** How late a timer was: its record, and the figures of it. */
export class Lateness {
  readonly #late: number[] = [];

  /** Notes one firing. `due` and `now` are milliseconds of the same clock. */
  add(due: number, now: number): void {
    this.#late.push(Math.max(0, now - due));
  }

  /** How late at most were `share` (0 to 1) of the firings. */
  within(share: number): number {
    const sorted = this.#late.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  }

  get max(): number {
    return this.#late.length === 0 ? Number.NaN : Math.max(...this.#late);
  }
}

/** Keeps one timer of 10 ms armed by `arm` until `end` (a `performance.now()`) and notes how late each is. */
export function watchTimer(arm: (milliseconds: number, fired: () => void) => void, end: number): Lateness {
  const lateness = new Lateness();
  const again = (): void => {
    const due = performance.now() + 10;
    arm(10, () => {
      lateness.add(due, performance.now());
      if (performance.now() < end) again();
    });
  };
  again();
  return lateness;
}

/** The figures of the storm: how late the host's timer was and, where there is one, the loop's own. */
export function stormFigures(host: Lateness, own: Lateness | undefined): Sample {
  return {
    value: host.within(0.95),
    hostMedian: host.within(0.5),
    hostMax: host.max,
    loop: own?.within(0.95) ?? Number.NaN,
    loopMedian: own?.within(0.5) ?? Number.NaN,
    loopMax: own?.max ?? Number.NaN,
  };
}
