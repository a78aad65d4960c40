// MainRunner: mains on one loop, one after the other, with signals, a deadline for the end, and a report of what did
// not stop. What `run` and `Runner` have in common: it takes any loop, so that `run` needs none with a network.
//
// 1. The loop and the context are made when first needed and kept until `close`.
// 2. A signal cancels main; what main makes of that counts: a result is returned, an error thrown, and only
//    a main that ended cancelled makes `run` reject with the interrupt (asyncio's rule).
// 3. `close` cancels what mains left behind, waits for it, and reports its errors. Then it waits for what is open and
//    ends in its own time (`loopEnding`, loop/resources.ts), and stops what that left behind. The deadline holds for
//    all of it.

import { toMilliseconds } from '../base/duration.ts';
import { InvalidArgumentError, TimeoutError, UsageError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { cancelAll } from '../core/cancel/cancel.ts';
import { copyContext } from '../core/context/context.ts';
import type { Context } from '../core/context/context.ts';
import { checkCoroutine } from '../core/task/coroutine.ts';
import type { TaskBody } from '../core/task/coroutine.ts';
import { allTasks, checkSignal, createTask } from '../core/task/createTask.ts';
import { onDone } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { taskDone, waitBegin, waitEnd } from '../core/task/instruments.ts';
import type { Task } from '../core/task/task.ts';
import { hasFailed } from '../core/future/futureState.ts';
import { cancelledErrorOf } from '../core/future/outcome.ts';
import { tellUnretrieved } from '../core/future/unretrieved.ts';
import { Loop } from '../loop/loop.ts';
import type { LoopOptions } from '../loop/loop.ts';
import { openResources } from '../loop/resources.ts';
import { checkOutsideOfLoops, checkRests } from '../loop/running.ts';
import { creationLines, creationPlace, stackReader } from '../loop/creation.ts';
import { debugPlaces } from '../core/future/awaitPlace.ts';
import { outlived } from '../core/cancel/frame.ts';
import { exitQuietlyIfUncaught, unheldTimer } from '../sys/host/exit.ts';
import { monotonic, nextHostTurn } from '../sys/host/host.ts';
import { report } from '../sys/host/report.ts';
import { runAtRoot } from '../sys/host/storage.ts';
import { checkInspect } from './inspection.ts';
import { checkAwaits } from './watchCancels.ts';
import type { InterruptedError } from './interruptedError.ts';
import { drive } from './running.ts';
import { keepInspectable } from '../probe/hook.ts';
import type { DebugMonitor } from '../reports/debugMonitor.ts';
import { monitorStalls } from '../reports/stallMonitor.ts';
import { WindDown } from './windDown.ts';
import type { WindDownOptions } from './windDown.ts';
import type { MainOptions, RunnerOptions } from './runnerOptions.ts';

const DEFAULT_TIMEOUT = 10_000;

export class MainRunner {
  readonly #options: RunnerOptions;
  readonly #makeLoop: (options: LoopOptions) => Loop;
  readonly #windDownOptions: WindDownOptions;
  #loop: Loop | undefined = undefined;
  #context: Context | undefined = undefined;
  #windDown: WindDown | undefined = undefined;
  #closed: boolean = false;
  #debugMonitor: DebugMonitor | undefined = undefined;
  #endInspection: (() => void) | undefined = undefined;

  /** @throws InvalidArgumentError for a bad timeout, or both a loop and a factory */
  constructor(options: RunnerOptions, makeLoop: (options: LoopOptions) => Loop) {
    this.#options = options;
    this.#makeLoop = makeLoop;
    if (options.loop !== undefined && options.loopFactory !== undefined) {
      throw new InvalidArgumentError('loop', 'give either a loop or a loopFactory');
    }
    checkInspect(options.inspect);
    const shutdownTimeout = toMilliseconds(options.shutdownTimeout ?? DEFAULT_TIMEOUT, 'shutdownTimeout');
    if (shutdownTimeout < 0)
      throw new InvalidArgumentError('shutdownTimeout', 'shutdownTimeout must not be negative');
    this.#windDownOptions = {
      handleSignals: options.handleSignals ?? true,
      exitOnSecondSignal: options.exitOnSecondSignal ?? true,
      shutdownTimeout,
    };
  }

  /** The loop, made when first asked for.
   * @throws UsageError after `close` */
  getLoop(): Loop {
    if (this.#closed) throw new UsageError('the runner is closed');
    if (this.#loop !== undefined) return this.#loop;
    const { debug, backend, loop, loopFactory, foreignCancelWarning } = this.#options;
    const made = loop ?? loopFactory?.() ?? this.#makeLoop({ backend });
    if (!(made instanceof Loop))
      throw new InvalidArgumentError('loop', `a runner needs an EventLoop, not ${showValue(made)}`);
    this.#loop = made;
    if (debug !== undefined) this.#loop.setDebug(debug);
    if (foreignCancelWarning !== undefined)
      this.#loop.foreignCancelWarning = toMilliseconds(foreignCancelWarning, 'foreignCancelWarning');
    this.#context = copyContext();
    return this.#loop;
  }

  /** Runs `main` to its end and resolves to its result.
   * @throws InterruptedError after SIGINT or SIGTERM, when main ended cancelled
   * @throws DeadlockError when nothing could wake main any more
   * @throws TimeoutError when main did not stop in `shutdownTimeout` after `signal` was aborted
   * @throws UsageError inside of a task, while another of its mains is running, or after `close`
   * @throws InvalidArgumentError when `main` is not a function */
  async run<T>(main: TaskBody<T>, options: MainOptions = {}): Promise<T> {
    checkCoroutine(main, 'run');
    if (options.signal !== undefined) checkSignal(options.signal);
    checkOutsideOfLoops('run');
    checkAwaits(main);
    const loop = this.getLoop();
    const debugMode = loop.getDebug() ? await import('../reports/debugMonitor.ts') : undefined;
    const { inspect } = this.#options;
    if (inspect !== undefined && inspect !== false)
      this.#endInspection ??= await keepInspectable(inspect === 'evaluate');
    // Another of its mains may have begun while that was loaded.
    checkRests(loop);
    const task = createTask(main, {
      loop,
      name: options.name ?? 'main',
      context: options.context ?? this.#context,
    });
    const windDown = new WindDown(loop, this.#windDownOptions);
    this.#windDown = windDown;
    windDown.arm(task, options.signal);
    const endMonitor = monitorStalls(loop);
    const debugMonitor = debugMode?.monitorDebugMode({
      report,
      outlived,
      stackReader,
      debugPlaces,
      taskDone,
      waitBegin,
      waitEnd,
      creationLines,
      creationPlace,
      monotonic,
      unheldTimer,
      later: (callback) => runAtRoot(() => nextHostTurn(callback)),
    });
    this.#debugMonitor = debugMonitor;
    try {
      await drive(loop, task);
    } finally {
      endMonitor();
      debugMonitor?.end();
      windDown.disarm();
      windDown.end();
    }
    await windDown.said();
    return this.#outcome(task, windDown);
  }

  /** Cancels what the mains left behind, waits until it has stopped, reports its errors, and closes the
   * loop. Closing again does nothing.
   * @throws UsageError while a main is running, or inside of a task of another loop: then nothing has changed */
  async close(): Promise<void> {
    if (this.#closed) return;
    const loop = this.#loop;
    if (loop?.isRunning()) throw new UsageError('the runner cannot be closed from inside its own run');
    if (loop !== undefined) checkOutsideOfLoops('Runner.close');
    this.#closed = true;
    if (loop === undefined) return;
    try {
      await this.#stopLeftovers(loop);
      await runWhatIsReady(loop);
      if (allTasks(loop).size > 0) await this.#stopLeftovers(loop);
      await this.#endResources(loop);
      if (allTasks(loop).size > 0) await this.#stopLeftovers(loop);
      tellUnretrieved(loop);
      this.#debugMonitor?.closing(loop, openResources(loop) ?? []);
    } finally {
      this.#endInspection?.();
      loop.close();
    }
  }

  #outcome<T>(task: Task<T>, { interrupted, deadlock, gaveUp }: WindDown): T {
    if (!task.done()) {
      if (gaveUp === undefined) throw new UsageError('the loop was stopped before main was done');
      if (interrupted === undefined) throw deadlock ?? new TimeoutError(`main did not stop: ${gaveUp}`);
    }
    if (interrupted !== undefined && (!task.done() || endedBy(task, interrupted))) {
      exitQuietlyIfUncaught(interrupted, interrupted.exitCode);
      throw interrupted;
    }
    if (deadlock !== undefined && task.cancelled()) throw deadlock;
    return task.result();
  }

  async #stopLeftovers(loop: Loop): Promise<void> {
    await this.#inRounds(
      loop,
      () => allTasks(loop),
      (left) => cancelAll(left, ''),
    );
  }

  // What is open and ends in its own time, once each; those that are opened meanwhile too.
  async #endResources(loop: Loop): Promise<void> {
    const ending = (): Set<Task> =>
      new Set(
        openResources(loop)
          ?.takeEndings()
          .map(({ name, end }) => createTask(end, { loop, name: `end of ${name}` })),
      );
    await this.#inRounds(loop, ending, () => {});
  }

  // Within the deadline: waits for the tasks that `next` returns, until there are none.
  async #inRounds(
    loop: Loop,
    next: () => Set<Task>,
    begin: (tasks: ReadonlySet<Task>) => void,
  ): Promise<void> {
    const windDown = this.#windDown ?? new WindDown(loop, this.#windDownOptions);
    if (windDown.gaveUp !== undefined) return;
    let tasks = next();
    if (tasks.size === 0) return;
    windDown.arm(undefined, undefined);
    try {
      for (; tasks.size > 0 && windDown.gaveUp === undefined; tasks = next()) {
        windDown.begin();
        begin(tasks);
        await drive(loop, allDone(loop, tasks));
        for (const task of tasks) reportLeftover(loop, task);
      }
      await windDown.said();
    } finally {
      windDown.disarm();
      windDown.end();
    }
  }
}

// asyncio's rule, where the interrupt is a cancel like others: it is the interrupt's if no other was asked for.
function endedBy(task: Task<unknown>, interrupted: InterruptedError): boolean {
  return task.cancelled() && (cancelledErrorOf(task) === interrupted || task.uncancel() === 0);
}

// asyncio runs the loop for its async generators and its executor here, two tasks, and with them what main and
// the tasks after it have left ready.
async function runWhatIsReady(loop: Loop): Promise<void> {
  for (let i = 0; i < 2; i++)
    await drive(
      loop,
      createTask(async () => {}, { loop, name: 'close' }),
    );
}

function allDone(loop: Loop, tasks: ReadonlySet<Task>): Future<void> {
  const all = new Future<void>({ loop });
  let left = tasks.size;
  for (const task of tasks) {
    onDone(task, () => {
      left--;
      if (left === 0) all.setResult();
    });
  }
  return all;
}

function reportLeftover(loop: Loop, task: Task): void {
  if (!task.done() || task.cancelled() || !hasFailed(task)) return;
  loop.callExceptionHandler({
    message: 'unhandled exception during run() shutdown',
    exception: task.exception(),
    task,
  });
}
