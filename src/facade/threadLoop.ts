// The thread's own loop, for tasks in a program that is not ours: it starts with the first task that is spawned, and
// rests when the last one is gone.
//
// 1. It is one loop for as long as the thread lives, so that a semaphore or a pool of connections that a module keeps
//    serves the tasks of all requests. At rest it holds nothing: neither the process, nor a place in `running.ts`.
// 2. It rests when nothing is ready and no task is left. What is open on it rests with it (loop/resources.ts), and goes on
//    with the next task. Timers wake it, as long as the process lives: code that outlives its task may wait for one, as the
//    body of a response does whose handler is done.
// 3. Signals are the program's. A process that would exit although tasks are left has nothing that could wake them: they
//    are named and cancelled, and if that does not help they are given up.
// 4. The error of a task at which nobody has looked after a while is reported, once, and in any case before the
//    process ends: nobody's run ends here, and a server may go for an hour without collecting garbage.

import { CancelledError, DeadlockError, UsageError } from '../base/errors.ts';
import { cancelFor } from '../core/cancel/cancel.ts';
import { allTasks } from '../core/task/createTask.ts';
import { hasTasks } from '../core/task/registry.ts';
import { tellUnretrieved, unseenErrors } from '../core/future/unretrieved.ts';
import { idleListenersOf, readyQueueOf, timersOf } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';
import { haltLoop, startThreadLoop } from '../loop/running.ts';
import { monitorStalls } from '../reports/stallMonitor.ts';
import { viewWaits } from '../reports/waitView.ts';
import { holdProcess, onBeforeExit, onExit, unheldTimer } from '../sys/host/exit.ts';
import { report } from '../sys/host/report.ts';
import { runAtRoot } from '../sys/host/storage.ts';
import { makeLoop } from './loopClass.ts';
import { loopStarted } from './running.ts';

// How long somebody may take to look at an error, in milliseconds.
const PATIENCE = 1000;

// One a thread, which is the point of it.
let threadLoop: Loop | undefined;
// It runs for its tasks, and not because the program called `runForever` on it.
let forTasks: boolean = false;
/** At rest, a timer of the host's for the next one of the loop's. */
let forget: (() => void) | undefined;

/** The thread's loop, which runs from now on: the caller makes a task at once. */
export function startedThreadLoop(): Loop {
  if (threadLoop === undefined || threadLoop.isClosed()) threadLoop = makeThreadLoop();
  if (!threadLoop.isRunning()) {
    forget?.();
    forget = undefined;
    startThreadLoop(threadLoop, () => (forTasks = false));
    forTasks = true;
    loopStarted();
  }
  return threadLoop;
}

function makeThreadLoop(): Loop {
  const loop = makeLoop({});
  const stop = loop.stop.bind(loop);
  Object.defineProperty(loop, 'stop', { value: () => (forTasks ? refuseStop() : stop()) });
  const waitedFor: WeakSet<object> = new WeakSet();
  idleListenersOf(loop).add(() => {
    for (const [error, tell] of unseenErrors(loop)) {
      if (waitedFor.has(error)) continue;
      waitedFor.add(error);
      runAtRoot(() => unheldTimer(PATIENCE, tell));
    }
    if (hasTasks(loop)) return;
    haltLoop(loop);
    const next = timersOf(loop).next();
    if (next !== Infinity) forget = runAtRoot(() => unheldTimer(Math.max(0, next - loop.time()), wake));
  });
  onExit(() => tellUnretrieved(loop));
  // For good: a timer that holds nothing, and looks only when the loop has worked since.
  runAtRoot(() => monitorStalls(loop));
  const end = new ThreadEnd(loop);
  onBeforeExit(() => end.hostWouldExit());
  return loop;
}

function wake(): void {
  if (threadLoop?.isClosed() === false) startedThreadLoop();
}

function refuseStop(): never {
  throw new UsageError(
    'the loop of this thread serves all tasks of spawn, and rests by itself after the last: cancel the tasks that shall end',
  );
}

class ThreadEnd {
  readonly #loop: Loop;
  #reporting: boolean = false;
  #cancelled: boolean = false;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  hostWouldExit(): void {
    const loop = this.#loop;
    // What is ready goes on, whatever the host says of itself (Deno).
    if (this.#reporting || !loop.isRunning() || !hasTasks(loop) || readyQueueOf(loop).active) return;
    const goOn = holdProcess();
    this.#reporting = true;
    void this.#say().finally(() => {
      this.#reporting = false;
      goOn();
    });
  }

  async #say(): Promise<void> {
    const loop = this.#loop;
    const { unfinishedReport, waitReport } = await import('../reports/waitReport.ts');
    if (this.#cancelled) {
      const text = unfinishedReport(viewWaits(loop));
      report(
        'error',
        () => `asyncio: nothing is left that could wake these tasks, and they do not stop\n${text}`,
      );
      haltLoop(loop);
      return;
    }
    this.#cancelled = true;
    const deadlock = new DeadlockError(waitReport(viewWaits(loop)));
    report('error', () => `asyncio: ${deadlock.message}`);
    for (const task of allTasks(loop))
      cancelFor(task, new CancelledError('nothing can wake this task', { cause: deadlock }));
  }
}
