// Task: a coroutine that runs on its own, and can be cancelled. The public object; its first step and
// its end are in taskStep.ts, the delivery of a cancel in cancel.ts.
//
// 1. The coroutine is not called before the task's turn in the ready queue (unless started eagerly).
// 2. A cancel before that turn ends the task without calling it.
// 3. A cancel that was not delivered when the coroutine returns ends the task as cancelled; one that
//    throws an error ends it as failed (asyncio's rule).
// 4. A task is held by its loop until it is done.

import { harmless } from '../../base/harmless.ts';
import { UsageError } from '../../base/errors.ts';
import { checkOpen, enqueue } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import type { Effect } from '../../loop/runnable.ts';
import { peekRunningLoop } from '../../loop/running.ts';
import { captureHostContext } from '../../sys/host/storage.ts';
import type { Enter, Store } from '../../sys/host/storage.ts';
import { cancelTask, countsAnew, passOnThroughTask, takeBackCancel } from '../cancel/cancel.ts';
import { checkMessage } from '../cancel/cause.ts';
import { checkContext, Context, inheritContext } from '../context/context.ts';
import { checkCoroutine } from './coroutine.ts';
import type { Coroutine } from './coroutine.ts';
import { callbackFrame } from '../cancel/frame.ts';
import type { Cause, EnclosingScope, Frame, Owner, Waited } from '../cancel/frame.ts';
import { Future } from '../future/future.ts';
import { hasSignals, isDone, isKept, isStarted, takeKeeperTurn } from '../future/futureState.ts';
import type { Ending } from '../future/futureState.ts';
import { makeNative } from '../future/nativePromise.ts';
import { taskCreate, taskDone } from './instruments.ts';
import { delist, enlist } from './registry.ts';
import type { Listed } from './registry.ts';
import { dropSignals, signalOf } from '../cancel/signal.ts';
import { debugPlaces, printStack } from '../future/awaitPlace.ts';
import { noteUntold } from '../future/unretrieved.ts';
import { tickOf } from './age.ts';
import { startStep, tellKeeper } from './taskStep.ts';

/** Options of a task.
 * @example
 * ```ts
 * import { run, createTask, type TaskOptions } from 'asyncio-ts';
 * const options: TaskOptions = { name: 'fetcher' };
 * await run(async () => console.log(createTask(async () => {}, options).getName())); // -> fetcher
 * ```
 */
export interface TaskOptions {
  /** Shown in reports; `Task-1`, `Task-2`, … by default. */
  name?: string | undefined;
  /** The context to run in, shared and not copied; a copy of the current one by default. */
  context?: Context | undefined;
  /** Runs the coroutine up to its first wait at once; false by default. */
  eagerStart?: boolean | undefined;
  /** Cancels the task when aborted. */
  signal?: AbortSignal | undefined;
  /** The loop; the running one by default. */
  loop?: Loop | undefined;
}

/** Who is told of a task's end; see kept.ts. */
export interface ChildKeeper {
  /** The task in which it waits. @internal */
  readonly parentTask: Task | undefined;
  /** The frame whose end ends the children. @internal */
  readonly frame?: Frame | undefined;
  /** The turn of a child that has ended. @internal */
  childEnded(child: Child): void;
}

/** A task as its keeper has it: the task itself, or a record beside it. A group lists its children by these. */
export interface Child {
  readonly task: Task;
  /** @internal */ _nextChild: Child | undefined;
  /** @internal */ _previousChild: Child | undefined;
}

/** What few tasks have, in an object that is made when it is first needed. */
interface TaskExtras {
  scope: EnclosingScope | undefined;
  innerCancels: number;
  enter: Enter | undefined;
}

function extras(task: Task): TaskExtras {
  return (task._extras ??= { scope: undefined, innerCancels: 0, enter: undefined });
}

// For the names of tasks, which are told apart across loops, as asyncio's are.
let count = 0;

/** A coroutine that runs concurrently with others; a {@link Future} of its result. Make one with
 * {@link createTask} or, better, in a {@link taskGroup}. Semantics: asyncio.Task.
 * @example
 * ```ts
 * import { run, createTask, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const task = createTask(async () => { await sleep(1); return 'done'; });
 *   console.log(await task); // -> done
 * });
 * ```
 */
export class Task<T = unknown> extends Future<T> implements Owner, Listed, Child {
  /** The native promise, made when somebody subscribes. @internal */ declare _outcome:
    | Promise<T>
    | undefined;
  /** @internal */ declare _coro: Coroutine<T>;
  /** @internal */ declare _waits: Waited | Set<Waited> | undefined;
  /** @internal */ declare _context: Context | undefined;
  /** @internal */ declare _pending: Cause | undefined;
  /** Cancels asked for and not taken back. @internal */ declare _cancels: number;
  /** The group or gather that waits for it; a {@link ChildKeeper} if it is to be told by the task. @internal */
  declare _group: ChildKeeper | { readonly parentTask: Task | undefined } | undefined;
  /** @internal */ declare _nextTask: Listed | undefined;
  /** @internal */ declare _previousTask: Listed | undefined;
  /** @internal */ declare _nextChild: Child | undefined;
  /** @internal */ declare _previousChild: Child | undefined;
  /** @internal */ declare _name: string | number;
  /** When it was made (age.ts). @internal */ declare _born: number;
  /** What few tasks have. @internal */ declare _extras: TaskExtras | undefined;
  // A task is an outermost frame: it has no parent, no shield, and no level of its own.
  /** @internal */ declare readonly _shield: boolean;
  /** @internal */ declare readonly _ended: false;
  /** @internal */ declare readonly _level: undefined;
  /** @internal */ declare readonly _parent: undefined;

  constructor(coro: Coroutine<T>, options: TaskOptions = {}) {
    checkCoroutine(coro, 'a task');
    super(options);
    checkOpen(this._loop);
    this._coro = coro;
    this._waits = undefined;
    this._context = options.context === undefined ? inheritContext() : checkContext(options.context);
    this._cancels = 0;
    this._nextTask = undefined;
    this._previousTask = undefined;
    this._name = options.name === undefined ? ++count : String(options.name);
    this._born = tickOf(this._loop);
    const enter = captureHostContext();
    if (enter !== undefined) this._enter = enter;
    enlist(this);
    if (taskCreate.hasSubscribers) taskCreate.publish({ task: this });
    if (options.eagerStart === true && peekRunningLoop() === this._loop) startStep(this);
    else enqueue(this._loop, this);
  }

  /** @internal */
  get _live(): boolean {
    return !isDone(this);
  }

  /** @internal */
  get _scope(): EnclosingScope | undefined {
    return this._extras?.scope;
  }

  /** @internal */
  set _scope(scope: EnclosingScope | undefined) {
    if (scope !== undefined || this._extras !== undefined) extras(this).scope = scope;
  }

  /** @internal */
  get _innerCancels(): number {
    return this._extras === undefined ? 0 : this._extras.innerCancels;
  }

  /** @internal */
  set _innerCancels(count: number) {
    if (count !== 0 || this._extras !== undefined) extras(this).innerCancels = count;
  }

  /** @internal */
  get _enter(): Enter | undefined {
    return this._extras?.enter;
  }

  /** @internal */
  set _enter(enter: Enter | undefined) {
    if (enter !== undefined || this._extras !== undefined) extras(this).enter = enter;
  }

  /** @internal */
  override _native(): Promise<T> {
    return (this._outcome ??= makeNative<T>(this));
  }

  get task(): this {
    return this;
  }

  /** Asks the task to stop: CancelledError is thrown at the `await` where it waits, or at its next one.
   * The task may clean up first, or refuse; `cancelled()` tells. `message` becomes the error's message.
   * @returns false when the task is done already
   * @throws InvalidArgumentError when the message is no string */
  override cancel(message: string = ''): boolean {
    checkMessage(message);
    return this._cancelFor(message);
  }

  /** @internal */
  override _cancelFor(cause: Cause): boolean {
    if (isDone(this)) return super._cancelFor(cause);
    if (countsAnew(this, cause)) cancelTask(this, cause);
    return true;
  }

  /** How many cancels were asked for and not taken back by {@link uncancel}. */
  cancelling(): number {
    return this._cancels;
  }

  /** Takes one cancel back; for code that ends a structured wait, such as a timeout. A cancel that is not
   * delivered yet is dropped when none is left. Returns how many are left. */
  uncancel(): number {
    return takeBackCancel(this);
  }

  getName(): string {
    return typeof this._name === 'number' ? `Task-${this._name}` : this._name;
  }

  /** Its name, as messages and reports show it. @internal */
  get shownName(): string {
    return harmless(this.getName());
  }

  setName(name: string): void {
    this._name = String(name);
  }

  getCoro(): Coroutine<T> {
    return this._coro;
  }

  getContext(): Context {
    return (this._context ??= new Context());
  }

  /** An AbortSignal that is aborted with the CancelledError when the task is cancelled. */
  get signal(): AbortSignal {
    return signalOf(this);
  }

  /** Where the task waits, innermost line first, as far back as `limit`; needs debug mode, without which it
   * is empty. */
  getStack(options: { limit?: number } = {}): string[] {
    return debugPlaces.stacks?.stackOf(this, options.limit) ?? [];
  }

  /** Prints {@link getStack}; `write` takes the text, standard error does by default. */
  printStack(options: { limit?: number; write?: (text: string) => void } = {}): void {
    printStack(this.shownName, this.getStack(options), options.write);
  }

  /** Not for tasks: their outcome is their coroutine's. @throws UsageError always */
  override setResult(): never {
    throw new UsageError('a task is settled by its coroutine: setResult is for futures');
  }

  /** Not for tasks: their outcome is their coroutine's. @throws UsageError always */
  override setException(): never {
    throw new UsageError('a task is settled by its coroutine: setException is for futures');
  }

  /** @internal */
  contextOfCallback(): Context | undefined {
    return this._context;
  }

  forCallback(): Store | undefined {
    return callbackFrame(this);
  }

  /** @internal */
  override _run(): Effect {
    if (!isStarted(this)) return startStep(this);
    return takeKeeperTurn(this) ? tellKeeper(this) : super._run();
  }

  /** @internal */
  _loopStopped(): void {
    noteUntold(this);
  }

  /** @internal */
  override _finish(ending: Ending): void {
    delist(this);
    if (hasSignals(this)) dropSignals(this);
    if (isKept(this)) enqueue(this._loop, this);
    super._finish(ending);
    if (taskDone.hasSubscribers) taskDone.publish({ task: this });
  }

  override get [Symbol.toStringTag](): string {
    return 'Task';
  }
}

// What few tasks have a field of their own for. The promise below a task stays pending for ever: most are waited
// for by a group, and a kept `resolve` is a fifth of a parked task's memory.
void Object.assign(Task.prototype, {
  _resolve: undefined,
  _outcome: undefined,
  _group: undefined,
  _nextChild: undefined,
  _previousChild: undefined,
  _pending: undefined,
  _extras: undefined,
  _shield: false,
  _ended: false,
  _level: undefined,
  _parent: undefined,
  _sharesNative: false,
  _passOn: passOnThroughTask,
});
