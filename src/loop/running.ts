// The loop that runs on this thread. There is one at most: a loop lives inside the host's loop, and the
// host has one a thread.

import { NoRunningLoopError, UnsupportedError, UsageError } from '../base/errors.ts';
import { hostReplaced } from '../sys/host/host.ts';
import { checkOpen } from './engine.ts';
import type { Loop } from './loop.ts';

// The one thing that is the thread's and not a loop's: which loop runs.
let running: Loop | undefined;

/** The loop that runs on this thread, or undefined; `getRunningLoop` throws instead. Semantics:
 * asyncio._get_running_loop.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { peekRunningLoop } from 'asyncio-ts/lowlevel';
 * console.log(peekRunningLoop()); // -> undefined
 * await run(async () => console.log(peekRunningLoop()?.isRunning())); // -> true
 * ```
 */
export function peekRunningLoop(): Loop | undefined {
  return running;
}

/** The loop that runs on this thread.
 * @throws NoRunningLoopError (`ERR_ASYNCIO_NO_RUNNING_LOOP`) when there is none */
export function runningLoop(what?: string): Loop {
  if (running === undefined) throw new NoRunningLoopError(what);
  return running;
}

/** For what starts a loop. @throws UsageError when one runs on this thread @internal */
export function checkNoLoopRuns(): void {
  if (running === undefined) return;
  throw new UsageError(
    'this cannot be called while a loop is running on this thread: inside a loop await ' +
      'the function instead, outside wait until that loop has ended',
  );
}

/** Lets a loop work, as the one that runs on this thread; `onStopped` is called when it has stopped.
 * @throws UsageError when it is closed, or another runs here; UnsupportedError on a host whose parts others have
 * replaced @internal */
export function startLoop(loop: Loop, onStopped: () => void): void {
  checkOpen(loop);
  checkNoLoopRuns();
  const replaced = hostReplaced();
  if (replaced !== undefined) throw new UnsupportedError(replaced);
  running = loop;
  try {
    loop._start(() => {
      running = undefined;
      onStopped();
    });
  } catch (error) {
    running = undefined;
    throw error;
  }
}

/** Ends the run of a loop here and now, between two entries. @internal */
export function haltLoop(loop: Loop): void {
  loop._halt();
}
