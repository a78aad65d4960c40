// Jobs that make further jobs, a bounded number at a time.
//
// 1. What was pushed last starts first, so a tree is gone through depth first, and what waits stays little.
// 2. After a stop, or a job that failed, none starts any more; `run` waits for those that run.

export class JobStack {
  readonly #concurrency: number;
  readonly #stop: AbortSignal;
  readonly #jobs: (() => Promise<void>)[] = [];
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #running = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(concurrency: number, stop: AbortSignal) {
    this.#concurrency = concurrency;
    this.#stop = stop;
  }

  push(...jobs: readonly (() => Promise<void>)[]): void {
    for (const job of jobs) this.#jobs.push(job);
  }

  /** Ends when no job is left, with the first error of one, or the reason of the stop. */
  run(): Promise<void> {
    this.#advance();
    return this.#ended.promise;
  }

  #advance(): void {
    while (this.#running < this.#concurrency && !this.#isOver()) {
      const job = this.#jobs.pop();
      if (job === undefined) break;
      this.#running++;
      void job()
        .catch((error: unknown) => (this.#failure ??= { error }))
        .finally(() => {
          this.#running--;
          this.#advance();
        });
    }
    if (this.#running > 0) return;
    if (this.#failure !== undefined) this.#ended.reject(this.#failure.error);
    else if (this.#stop.aborted) this.#ended.reject(this.#stop.reason);
    else if (this.#jobs.length === 0) this.#ended.resolve();
  }

  #isOver(): boolean {
    return this.#stop.aborted || this.#failure !== undefined;
  }
}

/** Calls `after` when it has been called `count` times itself; at once for none. */
export function countDown(count: number, after: () => void): () => void {
  let left = count;
  if (left === 0) after();
  return () => {
    if (--left === 0) after();
  };
}
