// The leak guard: looks on while loops live, compares what the host holds before and after, and fails a test
// that left something.
//
// 1. A loop is looked at when it is closed: what it still holds then would have been dropped in silence. One
//    that was started and not closed by the time of the check is a leak itself, with all it holds. The thread's
//    own, that of `spawn`, is never closed: what it holds at the check was left behind.
// 2. `run` cancels what main leaves behind, and waits for it: that is no leak here. runTest is stricter.
// 3. What the host holds is compared after a few of its turns, since closing takes some.

import { hostTime, hostTimer, hostTurn, observeLoops, viewLoop } from '../lowlevel.ts';
import type { Loop } from '../lowlevel.ts';
import { activeResources, grownDescriptors, grownResources, openDescriptors } from './hostWork.ts';
import { LeakError, leaksOf } from './leaks.ts';
import type { Leak } from './leaks.ts';

/** Options of {@link leakGuard}.
 * @example
 * ```ts
 * import { leakGuard, type LeakGuardOptions } from 'asyncio-ts/testing';
 * const options: LeakGuardOptions = { host: false };
 * using guard = leakGuard(options);
 * await guard.check();
 * ```
 */
export interface LeakGuardOptions {
  /** Looks at what keeps the process alive (timers, servers, sockets, requests), where the host lists it; true by
   * default. */
  host?: boolean | undefined;
  /** Looks at open file descriptors, where the host lists them (Linux); true by default. */
  descriptors?: boolean | undefined;
  /** How long what closes by itself may take, in milliseconds; 200 by default. */
  grace?: number | undefined;
}

const TURNS = 3;
const GRACE = 200;

const judged: WeakSet<Loop> = new WeakSet();

/** Says that the timers and handles of `loop` have been looked at: no guard has anything to say about them. */
export function judge(loop: Loop): void {
  judged.add(loop);
}

function isJudged(loop: Loop, kind: Leak['kind']): boolean {
  return judged.has(loop) && (kind === 'timer' || kind === 'handle');
}

/** Watches for what is left behind; see {@link leakGuard}.
 * @example
 * ```ts
 * import { newEventLoop, sleep } from 'asyncio-ts';
 * import { LeakGuard } from 'asyncio-ts/testing';
 * using guard = new LeakGuard();
 * const loop = newEventLoop();
 * await loop.runUntilComplete(() => sleep(1));
 * const error = await guard.check().catch((error: Error) => error);
 * console.log(error?.message.split('\n')[1]); // ->   loop was not closed
 * loop.close();
 * ```
 */
export class LeakGuard implements Disposable {
  readonly #options: LeakGuardOptions;
  readonly #stop: () => void;
  readonly #open: Set<Loop> = new Set();
  #found: Leak[] = [];
  #resources: ReadonlyMap<string, number> = new Map();
  #descriptors: ReadonlyMap<number, string> = new Map();

  constructor(options: LeakGuardOptions = {}) {
    this.#options = options;
    this.#stop = observeLoops({
      started: (loop) => void this.#open.add(loop),
      closing: (loop) => {
        this.#open.delete(loop);
        this.#found.push(...leaksOf(loop).filter(({ kind }) => !isJudged(loop, kind)));
      },
    });
    this.begin();
  }

  /** Takes what is there now for given; what comes from now on must be gone at the next {@link check}. */
  begin(): void {
    this.#found = [];
    this.#open.clear();
    if (this.#options.host !== false) this.#resources = activeResources();
    if (this.#options.descriptors !== false) this.#descriptors = openDescriptors();
  }

  /** Looks for what was left since the guard was made or the last check, and begins anew.
   * @throws LeakError (`ERR_ASYNCIO_LEAK`) when something was */
  async check(): Promise<void> {
    const leaks = [...this.#found];
    for (const loop of this.#open) {
      if (!viewLoop(loop).ofThread) leaks.push({ kind: 'loop', what: 'was not closed', place: [] });
      leaks.push(...leaksOf(loop));
    }
    leaks.push(...(await this.#hostLeaks()));
    this.begin();
    if (leaks.length > 0) throw new LeakError(leaks);
  }

  /** Stops looking on. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  async #hostLeaks(): Promise<Leak[]> {
    const grace = this.#options.grace ?? GRACE;
    const began = hostTime();
    for (let turn = 0; ; turn++) {
      const leaks = this.#grown();
      if (leaks.length === 0) return leaks;
      if (turn >= TURNS && hostTime() - began >= grace) return leaks;
      await new Promise<void>((resolve) => {
        if (turn < TURNS) hostTurn(resolve);
        else hostTimer(Math.min(5, grace), resolve);
      });
    }
  }

  #grown(): Leak[] {
    const { host, descriptors } = this.#options;
    const resources = host === false ? [] : grownResources(this.#resources);
    const files = descriptors === false ? [] : grownDescriptors(this.#descriptors);
    return [
      ...resources.map((what): Leak => ({ kind: 'resource', what, place: [] })),
      ...files.map((what): Leak => ({ kind: 'descriptor', what, place: [] })),
    ];
  }
}

/** Watches from now on for loops that are not closed, for tasks, timers and handles that a loop still holds
 * when it is closed, and for resources and file descriptors of the host that stay. Call `check` after each
 * test, or once at the end.
 * @example
 * ```ts
 * import { run, getRunningLoop } from 'asyncio-ts';
 * import { leakGuard } from 'asyncio-ts/testing';
 * // With node:test: afterEach(() => guard.check());
 * using guard = leakGuard();
 * await run(async () => { getRunningLoop().callLater(60_000, function late() {}); });
 * const error = await guard.check().catch((error: Error) => error);
 * console.log(error?.message.split('\n')[1]); // ->   timer late, due in ... ms, made
 * ```
 */
export function leakGuard(options: LeakGuardOptions = {}): LeakGuard {
  return new LeakGuard(options);
}
