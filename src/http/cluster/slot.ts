// One place of a cluster: it has a worker at work, all the time.
//
// 1. A worker that ends by itself is replaced: at once almost, and later each time when its followers end or fail soon, too.
// 2. A rolling restart starts the new one first, and asks the old one to stop when the new one serves. Fails the new one,
//    the old one stays.
// 3. The lock: a place is either being healed or being restarted.

import { isCancelled, Lock, shield, sleep } from '../../asyncio.ts';
import type { WorkerProcess } from './workerProcess.ts';

/** What a place needs of its cluster. */
export interface SlotKeeper {
  readonly restartDelay: number;
  readonly maxRestartDelay: number;
  readonly graceTime: number;
  time(): number;
  /** Starts a worker; resolves when it serves. @throws ClusterWorkerError */
  startWorker(): Promise<WorkerProcess>;
  report(message: string, exception?: unknown): void;
}

/** One that worked so long has nothing to do with the fault of its predecessor. */
const SETTLED = 10_000;

export class Slot {
  current: WorkerProcess | undefined;
  restarts: number = 0;
  readonly #keeper: SlotKeeper;
  readonly #lock: Lock = new Lock();
  #delay: number;

  constructor(keeper: SlotKeeper) {
    this.#keeper = keeper;
    this.#delay = keeper.restartDelay;
  }

  async start(): Promise<void> {
    this.current = await this.#keeper.startWorker();
  }

  /** Replaces workers that end by themselves, until it is cancelled. */
  async keep(): Promise<void> {
    for (;;) {
      const worker = this.current as WorkerProcess;
      const how = await shield(worker.ended);
      await this.#locked(async () => {
        if (worker === this.current) await this.#heal(worker, how);
      });
    }
  }

  async restart(): Promise<void> {
    await this.#locked(async () => {
      const old = this.current;
      await this.start();
      this.restarts++;
      await old?.stop(this.#keeper.graceTime);
    });
  }

  async #heal(worker: WorkerProcess, how: string): Promise<void> {
    const keeper = this.#keeper;
    if (keeper.time() - worker.since > SETTLED) this.#delay = keeper.restartDelay;
    keeper.report(`worker ${worker.pid} ended by itself (${how}): another takes its place`);
    for (;;) {
      const delay = this.#delay;
      this.#delay = Math.min(2 * delay, keeper.maxRestartDelay);
      await sleep(delay);
      try {
        await this.start();
        this.restarts++;
        return;
      } catch (error) {
        // The cluster ends: nobody takes its place.
        if (isCancelled(error)) throw error;
        keeper.report('a worker could not be replaced: it is tried again', error);
      }
    }
  }

  async #locked(work: () => Promise<void>): Promise<void> {
    await this.#lock.acquire();
    try {
      await work();
    } finally {
      this.#lock.release();
    }
  }
}
