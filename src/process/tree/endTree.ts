// Ending a process with all that it has started: asked first, by SIGTERM, and killed when the time for that is over.
//
// 1. No cancel cuts it short, and it waits for all that it reaches, not for the first process only.
// 2. What is started meanwhile is asked as it is found; killing goes on until nobody is left.
// 3. What may not be signalled, such as a program with the rights of another user, can't be waited for: it is reported.

import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import { runningLoop } from '../../loop/running.ts';
import { CancelScope } from '../../structured/cancelScope.ts';
import { hostTime, hostTimer } from '../../sys/host/realTime.ts';
import { report } from '../../sys/host/report.ts';
import type { SignalName } from '../signals/signalName.ts';
import type { Reached, TreeReach } from './treeReach.ts';

/** Milliseconds between two looks, at first and at most. */
const FIRST = 1;
const LONGEST = 40;
/** How long one that was killed may take to be gone, in milliseconds: the kernel may hold it, on a disk say. */
const PATIENCE = 5000;

export interface EndOptions {
  /** What asks it to end. */
  readonly signal: SignalName;
  /** Milliseconds until it is killed. */
  readonly grace: number;
}

/** @param ended resolves when the first process has been reaped */
export async function endTree(
  reach: TreeReach,
  ended: () => Promise<unknown>,
  { signal, grace }: EndOptions,
): Promise<void> {
  await new CancelScope({ shield: true }).run(async () => {
    const left = await signalAll(reach, signal, grace);
    if (left === undefined) await ended();
    else
      report(
        'warning',
        () => `asyncio: these processes could not be ended, and are left running: ${left.join(', ')}`,
      );
  });
}

/** Resolves to those that could not be ended. */
async function signalAll(
  reach: TreeReach,
  signal: SignalName,
  grace: number,
): Promise<readonly number[] | undefined> {
  const began = hostTime();
  for (let pause = FIRST; ; pause = Math.min(2 * pause, LONGEST)) {
    const passed = hostTime() - began;
    const { alive, refused }: Reached = reach.signal(passed >= grace ? 'SIGKILL' : signal);
    if (alive.length === 0) return undefined;
    if (refused.length === alive.length || passed > grace + PATIENCE) return alive;
    await hostPause(passed < grace ? Math.min(pause, grace - passed) : pause);
  }
}

/** Time of the machine, whatever clock the loop has: processes end by no other. */
async function hostPause(delay: number): Promise<void> {
  const loop = runningLoop('hostPause');
  const over = new Future<void>({ loop });
  foreignWaitsOf(loop)?.requests.add(over);
  const stop = hostTimer(delay, () => {
    if (!over.done()) over.setResult();
  });
  try {
    await over;
  } finally {
    stop();
  }
}
