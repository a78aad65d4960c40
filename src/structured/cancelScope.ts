// CancelScope: a stretch of code that can be cancelled for good. Trio's and AnyIO's cancel scopes on
// asyncio's tasks.
//
// 1. Level: once cancelled, every await in the scope is cancelled, also after a `catch` that swallowed the
//    first. The tasks that groups inside the scope started are in it too; one that has not run yet runs up
//    to its first await, as in Trio.
// 2. A cancelled scope swallows the CancelledError that leaves its body, unless somebody around it is
//    cancelled too: then the outermost does. `cancelledCaught` tells.
// 3. A shielded scope is not touched by any cancel from outside, neither by outer scopes nor by
//    task.cancel(); what came meanwhile is delivered at the first await after it.
// 4. A deadline is a cancel at a time. It can be moved while it has not fired.

import { toMilliseconds } from '../base/duration.ts';
import { isCancelled, quietCancelledError, UsageError } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import { cancelFrame } from '../core/cancel.ts';
import { requireTask } from '../core/createTask.ts';
import { currentFrame, enclosingScope, InnerFrame } from '../core/frame.ts';
import type { EnclosingScope, Owner } from '../core/frame.ts';
import { dueCancel } from '../core/pendingCancel.ts';
import { dropSignal } from '../core/signal.ts';
import { Deadline } from '../loop/deadline.ts';
import { runningLoop } from '../loop/running.ts';
import { checkBody, runBody } from './body.ts';
import type { Body } from './body.ts';
import { cancelledOutside, cancelsAround } from './outside.ts';

/** Options of a scope.
 * @example
 * ```ts
 * import { CancelScope, type CancelScopeOptions } from 'asyncio-ts';
 * const options: CancelScopeOptions = { shield: true };
 * console.log(new CancelScope(options).shield); // -> true
 * ```
 */
export interface CancelScopeOptions {
  /** When to cancel, on the scale of `loop.time()`; Infinity, never, by default. */
  deadline?: number | undefined;
  /** Keeps cancels from outside off; false by default. */
  shield?: boolean | undefined;
}

/** A scope that can be cancelled as a whole; see the shorter {@link moveOnAfter} and {@link failAfter}.
 * Semantics: trio.CancelScope, anyio.CancelScope.
 * @example
 * ```ts
 * import { run, CancelScope, sleep } from 'asyncio-ts';
 * const scope = new CancelScope();
 * await run(() => scope.run(async () => {
 *   scope.cancel('enough');
 *   await sleep(60_000);
 * }));
 * console.log(scope.cancelledCaught); // -> true
 * ```
 */
export class CancelScope implements EnclosingScope {
  #deadline: number;
  #shield: boolean;
  #timer: Deadline | undefined = undefined;
  #frame: InnerFrame | undefined = undefined;
  #outer: EnclosingScope | undefined = undefined;
  #cause: CancelledError | undefined = undefined;
  #caught: boolean = false;
  #left: boolean = false;
  #members: Set<Owner> | undefined = undefined;

  constructor(options: CancelScopeOptions = {}) {
    this.#deadline = toMilliseconds(options.deadline ?? Infinity, 'deadline');
    this.#shield = options.shield ?? false;
  }

  /** When the scope is cancelled, on the scale of `loop.time()`. Setting it moves the deadline. */
  get deadline(): number {
    return this.#deadline;
  }

  set deadline(when: number) {
    this.#deadline = toMilliseconds(when, 'deadline');
    if (this.#frame !== undefined && !this.#left) this.#arm();
  }

  /** True while cancels from outside are kept off. Taking the shield away lets in what came meanwhile. */
  get shield(): boolean {
    return this.#shield;
  }

  set shield(on: boolean) {
    this.#shield = on;
    const frame = this.#frame;
    if (frame === undefined || this.#left) return;
    frame._shield = on;
    if (on) return;
    const due = dueCancel(frame);
    if (due !== undefined) cancelFrame(frame, due);
  }

  /** True once `cancel()` was called or the deadline passed. */
  get cancelCalled(): boolean {
    return this.#cause !== undefined;
  }

  /** True when the scope has ended because of its own cancel. */
  get cancelledCaught(): boolean {
    return this.#caught;
  }

  /** Cancels everything in the scope, now and from now on; the second call changes nothing. Before the scope
   * is entered it is cancelled on entry. */
  cancel(reason: string = ''): void {
    if (this.#cause !== undefined || this.#left) return;
    this.#cause = quietCancelledError(reason, this);
    this.#timer?.cancel();
    if (this.#frame !== undefined) this.#deliver(this.#frame, this.#cause);
  }

  /** Runs `body` in the scope; a scope runs once.
   * @returns the body's result, or undefined when the scope was cancelled and that ended the body
   * @throws UsageError outside of a task, or when it was entered before */
  async run<T>(body: Body<this, T>): Promise<T | undefined> {
    checkBody(body, 'a cancel scope');
    void requireTask('a cancel scope');
    if (this.#frame !== undefined) throw new UsageError('the cancel scope has been entered already');
    const outer = currentFrame();
    const frame = new InnerFrame(outer);
    frame._shield = this.#shield;
    frame._enclosing = this;
    this.#outer = enclosingScope(outer);
    this.#frame = frame;
    const before = cancelsAround(frame);
    if (this.#cause !== undefined) this.#deliver(frame, this.#cause);
    else this.#arm();
    try {
      return await runBody(frame, body, this);
    } catch (error) {
      if (!this.#isOwn(error, frame, before)) throw error;
      this.#caught = true;
      return undefined;
    } finally {
      this.#left = true;
      this.#timer?.cancel();
      if (frame.task?._signals === true) dropSignal(frame);
    }
  }

  /** @internal */
  effectiveLevel(): CancelledError | undefined {
    if (this.#left) return this.#outer?.effectiveLevel();
    return (this.#shield ? undefined : this.#outer?.effectiveLevel()) ?? this.#cause;
  }

  /** @internal */
  adopt(task: Owner): void {
    (this.#members ??= new Set()).add(task);
    this.#outer?.adopt(task);
    if (this.effectiveLevel() !== undefined) task._alert = true;
  }

  /** @internal */
  release(task: Owner): void {
    this.#members?.delete(task);
    this.#outer?.release(task);
  }

  // A cancel that a shield kept off is not in `error`; one that came in before the shield was raised is.
  #isOwn(error: unknown, frame: InnerFrame, before: readonly number[]): boolean {
    if (this.#cause === undefined || !isCancelled(error)) return false;
    if (frame._shield && error.origin === this) return true;
    // The frame is left now: what is around it counts as if it had had no shield.
    frame._shield = false;
    return !cancelledOutside(frame, before);
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer =
      this.#deadline === Infinity || this.#cause !== undefined
        ? undefined
        : new Deadline(runningLoop('a cancel scope'), this.#deadline, () =>
            this.cancel('the deadline passed'),
          );
  }

  #deliver(frame: InnerFrame, cause: CancelledError): void {
    const task = frame.task as Owner;
    frame._level = cause;
    task._alert = true;
    cancelFrame(frame, cause);
    frame._pending = undefined;
    if (this.#members === undefined) return;
    for (const member of [...this.#members]) {
      member._alert = true;
      if (member._scope?.effectiveLevel() === undefined) continue;
      // One that waits for nothing now meets the level at its next await, if there is one.
      const pending = member._pending;
      cancelFrame(member, cause);
      member._pending = pending;
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#left ? 'left' : this.#frame === undefined ? 'new' : 'entered';
    return `<CancelScope ${state}${this.cancelCalled ? ' cancelled' : ''}${this.#shield ? ' shield' : ''}>`;
  }
}
