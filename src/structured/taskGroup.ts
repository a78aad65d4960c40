// TaskGroup: tasks that cannot outlive the block that starts them. asyncio's TaskGroup, with start,
// background children and cancel.
//
// 1. The group ends when its body and every child have ended, never before.
// 2. The first child that fails cancels its siblings and the body; all errors are thrown as one group.
// 3. A cancel of the parent cancels the children; the CancelledError is thrown on when all have ended,
//    unless there are errors: those have priority, and the cancel is delivered at the next await.
// 4. The body is cancelled in its own frame, so what stands beside the group in the same task is not hit.
// 5. Background children are cancelled once the body and all others have ended.

import { OneLine } from '../base/show.ts';
import { atCaller } from '../base/callerStack.ts';
import { isCancelledError, quietCancelledError, UsageError } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import { ExceptionGroup } from '../base/exceptionGroup.ts';
import { cancelFrame } from '../core/cancel/cancel.ts';
import type { TaskBody } from '../core/task/coroutine.ts';
import { bindTask, createKept, requireTask } from '../core/task/createTask.ts';
import type { Keeper } from '../core/task/createTask.ts';
import {
  countCancel,
  currentFrame,
  enclose,
  enclosingScope,
  InnerFrame,
  uncountCancels,
} from '../core/cancel/frame.ts';
import type { EnclosingScope } from '../core/cancel/frame.ts';
import type { Future } from '../core/future/future.ts';
import { hasFailed } from '../core/future/futureState.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { endFrame, signalOfBlock, takeController } from '../core/cancel/signal.ts';
import { Children } from '../core/task/kept.ts';
import type { Child, ChildKeeper, Task, TaskOptions } from '../core/task/task.ts';
import { checkCoroutine } from '../core/task/coroutine.ts';
import { runBody } from './body.ts';
import type { Body } from './body.ts';
import { waitWhile } from './join.ts';
import { cancelledAround, recancel, scopeCancelled } from '../core/cancel/outerCancel.ts';
import { StartingChild } from './startingChild.ts';
import type { TaskStatus } from './startingChild.ts';

/** Options of a group's child.
 * @example
 * ```ts
 * import { run, taskGroup, sleep, type ChildOptions } from 'asyncio-ts';
 * const heartbeat: ChildOptions = { background: true };
 * await run(() => taskGroup(async (group) => {
 *   group.createTask(() => sleep(60_000), heartbeat); // cancelled at the end, not waited for
 * }));
 * ```
 */
export interface ChildOptions extends Omit<TaskOptions, 'loop'> {
  /** Cancelled when the body and all other children have ended, instead of waited for; false by default. */
  background?: boolean | undefined;
}

/** A group of tasks; see {@link taskGroup}, which makes one and runs its body. Semantics:
 * asyncio.TaskGroup (3.15), `start` as Trio's nursery.
 * @example
 * ```ts
 * import { run, TaskGroup } from 'asyncio-ts';
 * const group = new TaskGroup();
 * const sum = await run(() => group.run(async () => {
 *   const a = group.createTask(async () => 1);
 *   const b = group.createTask(async () => 2);
 *   return (await a) + (await b);
 * }));
 * console.log(sum); // -> 3
 * ```
 */
export class TaskGroup extends OneLine implements ChildKeeper, Keeper<ChildOptions> {
  #parent: Task | undefined = undefined;
  #frame: InnerFrame | undefined = undefined;
  #scope: EnclosingScope | undefined = undefined;
  readonly #foreground: Children = new Children(this);
  readonly #background: Children = new Children(this);
  #errors: unknown[] = [];
  #entered: boolean = false;
  #exiting: boolean = false;
  #finished: boolean = false;
  #aborting: boolean = false;
  #cancelCalled: boolean = false;
  #bodyCancelled: boolean = false;
  #wake: Future<void> | undefined = undefined;
  /** Aborts the signal that the body asked for, once that is left. */
  #leftSignal: AbortController | undefined = undefined;

  /** The task that runs the group's body. @internal */
  get parentTask(): Task | undefined {
    return this.#parent;
  }

  /** @internal */
  get frame(): InnerFrame | undefined {
    return this.#frame;
  }

  /** Runs `body` and waits for all children; a group runs once.
   * @returns the body's result; undefined when `cancel()` interrupted the body
   * @throws ExceptionGroup with the errors of the body and the children
   * @throws UsageError outside of a task, or when the group was entered before */
  async run<T>(body: Body<this, T>): Promise<T> {
    checkCoroutine(body, 'a task group', 'body');
    if (this.#entered) throw new UsageError('the task group has been entered already: make a new one');
    this.#parent = requireTask('taskGroup');
    const outer = currentFrame();
    const frame = new InnerFrame(outer);
    this.#frame = frame;
    this.#scope = enclosingScope(outer);
    this.#entered = true;
    let result: T | undefined;
    let error: unknown;
    let failed = false;
    if (this.#cancelCalled) {
      this.#abort();
      this.#cancelBody();
    }
    try {
      result = await runBody(frame, body, this);
    } catch (thrown) {
      error = thrown;
      failed = true;
    }
    this.#exiting = true;
    this.#leftSignal = takeController(frame);
    endFrame(frame);
    if (failed && !this.#aborting) this.#abort();
    const joinCancel = await this.#join();
    this.#finished = true;
    uncountCancels(frame);
    const bodyCancel = failed && isCancelledError(error) ? error : undefined;
    // Of several cancels the first counts; one that the group itself asked for is none.
    const cancelled = this.#bodyCancelled ? (joinCancel ?? bodyCancel) : (bodyCancel ?? joinCancel);
    const errors = this.#errors;
    this.#errors = [];
    if (failed && bodyCancel === undefined) errors.push(error);
    const target = cancelledAround(frame);
    if (errors.length > 0) {
      if (target !== undefined) recancel(target, cancelled);
      throw atCaller(
        new ExceptionGroup('unhandled errors in a TaskGroup', errors),
        TaskGroup.prototype.run,
      );
    }
    const own = this.#bodyCancelled && target === undefined && !scopeCancelled(frame);
    if (cancelled !== undefined && !own) throw cancelled;
    return result as T;
  }

  /** Aborted when the group is cancelled, by a failure, by `cancel()` or from outside, with the very CancelledError: for
   * what takes a signal, in the body. A child has its own, which {@link createTask} gives it. Made when it is asked for.
   * @throws UsageError before the body runs and after the group has ended */
  get signal(): AbortSignal {
    if (!this.#exiting || this.#finished) return signalOfBlock(this.#frame);
    const controller = (this.#leftSignal ??= new AbortController());
    if (this.#aborting) controller.abort(this.#cancelError());
    return controller.signal;
  }

  /** Starts a child. A function that takes a parameter is given its task, whose `signal` is for what takes one:
   * `group.createTask(({ signal }) => fetch(url, { signal }))`.
   * @throws UsageError when the group has not been entered, has ended or is being cancelled */
  createTask<T>(coro: TaskBody<T>, options?: ChildOptions): Task<T> {
    this.#checkOpen();
    return createKept(bindTask(coro), options, this);
  }

  /** As createTask, for children whose task nobody needs. */
  startSoon(coro: TaskBody<unknown>, options?: ChildOptions): void {
    void this.createTask(coro, options);
  }

  /** Starts a child and waits until it says that it is ready: the child calls `status.started(value)`, and
   * `start` resolves to that value while the child goes on. A child that fails before throws here; one that
   * ends before is a UsageError. Cancelling the wait cancels the child. Semantics: trio.Nursery.start. */
  async start<T>(
    coro: (status: TaskStatus<T>) => PromiseLike<unknown>,
    options?: ChildOptions,
  ): Promise<T> {
    this.#checkOpen();
    const starting = new StartingChild<T>(coro);
    const list = this.#listFor(options);
    const keeper: ChildKeeper = {
      parentTask: this.#parent,
      frame: this.#frame,
      childEnded: (child) => {
        const ofTheGroup = starting.ended(child.task);
        list.delete(child);
        this.#forget(child.task);
        if (ofTheGroup) this.#judge(child.task);
      },
    };
    const run = (): PromiseLike<unknown> => starting.run();
    const task = createKept(run, options, { _enlist: (made) => this.#take(made, list, keeper) });
    return await starting.ready(task);
  }

  /** Cancels the body and every child; the group then ends without an error of its own. Does nothing when it
   * has ended; before it is entered, it is cancelled on entry. Semantics: asyncio 3.15. */
  cancel(): void {
    if (this.#finished) return;
    this.#cancelCalled = true;
    if (!this.#entered) return;
    if (!this.#aborting) this.#abort();
    this.#cancelBody();
  }

  #checkOpen(): void {
    if (!this.#entered) throw new UsageError('the task group has not been entered');
    if (this.#finished || (this.#exiting && this.#foreground.size + this.#background.size === 0)) {
      throw new UsageError('the task group is finished');
    }
    if (this.#aborting) throw new UsageError('the task group is shutting down');
  }

  /** @internal */
  _enlist(task: Task, options: ChildOptions | undefined): void {
    const list = this.#listFor(options);
    this.#take(task, list, list);
  }

  #listFor(options: ChildOptions | undefined): Children {
    return options?.background === true ? this.#background : this.#foreground;
  }

  #take(task: Task, list: Children, keeper: ChildKeeper): void {
    list.add(task, keeper);
    if (this.#scope === undefined) return;
    enclose(task, this.#scope);
  }

  /** @internal */
  childEnded({ task }: Child): void {
    this.#forget(task);
    this.#judge(task);
  }

  #forget(task: Task): void {
    this.#scope?.release(task);
    if (this.#foreground.size === 0) this.#wakeUp();
  }

  #judge(task: Task): void {
    if (task.cancelled()) return;
    const error = task.exception();
    // `undefined` can be thrown too: the state tells, not the value.
    if (error === undefined && !hasFailed(task)) return;
    this.#errors.push(error);
    if (this.#aborting) return;
    this.#abort();
    this.#cancelBody();
  }

  #abort(): void {
    this.#aborting = true;
    this.#foreground.cancel();
    this.#background.cancel();
    this.#leftSignal?.abort(this.#cancelError());
  }

  #cancelError(): CancelledError {
    return quietCancelledError('the task group was cancelled', this);
  }

  /** Interrupts the body. One that waits in the exit needs no cancel: the children's end wakes it. */
  #cancelBody(): void {
    if (this.#bodyCancelled || this.#exiting) return;
    this.#bodyCancelled = true;
    const frame = this.#frame as InnerFrame;
    countCancel(frame);
    cancelFrame(frame, this.#cancelError());
  }

  #wakeUp(): void {
    if (this.#wake !== undefined && !this.#wake.done()) this.#wake.setResult();
  }

  async #join(): Promise<CancelledError | undefined> {
    const arm = (wake: Future<void>): void => {
      wake.blocker = new JointBlocker(
        'task group',
        this.#foreground.size > 0 ? this.#foreground : this.#background,
      );
      this.#wake = wake;
    };
    const abort = (): void => {
      if (!this.#aborting) this.#abort();
    };
    const first = await waitWhile(() => this.#foreground.size > 0, arm, abort);
    if (this.#background.size === 0) return first;
    this.#background.cancel();
    return (await waitWhile(() => this.#background.size > 0, arm, abort)) ?? first;
  }

  /** @internal */
  protected override line(): string {
    const tasks = this.#foreground.size + this.#background.size;
    const state = this.#finished
      ? 'finished'
      : this.#aborting
        ? 'cancelling'
        : this.#entered
          ? 'entered'
          : 'new';
    return (
      `<TaskGroup ${state}${tasks > 0 ? ` tasks=${tasks}` : ''}` +
      `${this.#errors.length > 0 ? ` errors=${this.#errors.length}` : ''}>`
    );
  }
}

/** Runs `body` with a group in which it starts tasks, and ends when the body and all of them have ended.
 * When one fails the others and the body are cancelled, and when all have cleaned up the errors are thrown
 * as an {@link ExceptionGroup}. A cancel from outside cancels all and passes through. Resolves to the
 * body's result. Semantics: asyncio.TaskGroup.
 * @throws ExceptionGroup; UsageError outside of a task
 * @example
 * ```ts
 * import { run, taskGroup, sleep } from 'asyncio-ts';
 * const total = await run(() => taskGroup(async (group) => {
 *   const one = group.createTask(() => sleep(2, { result: 1 }));
 *   const two = group.createTask(() => sleep(1, { result: 2 }));
 *   return (await one) + (await two);
 * }));
 * console.log(total); // -> 3
 * ```
 */
export function taskGroup<T>(body: Body<TaskGroup, T>): Promise<T> {
  return new TaskGroup().run(body);
}
