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

import { OneLine } from '../base/show.ts';
import { toMilliseconds } from '../base/duration.ts';
import { isCancelledError, quietCancelledError, UsageError } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import { cancelForGood, cancelFrame } from '../core/cancel/cancel.ts';
import { checkMessage } from '../core/cancel/cause.ts';
import { requireTask } from '../core/task/createTask.ts';
import {
  bodyOf,
  currentFrame,
  enclosingScope,
  hasShield,
  InnerFrame,
  scopeOf,
  setLevel,
  setShield,
} from '../core/cancel/frame.ts';
import type { EnclosingScope, Owner } from '../core/cancel/frame.ts';
import { dueCancel } from '../core/cancel/pendingCancel.ts';
import { endFrame, signalOfBlock } from '../core/cancel/signal.ts';
import { Deadline } from '../loop/deadline.ts';
import { runningLoop } from '../loop/running.ts';
import { checkCoroutine } from '../core/task/coroutine.ts';
import { runBody } from './body.ts';
import type { Body } from './body.ts';
import { cancelledOutside, cancelsBefore } from '../core/cancel/outerCancel.ts';
import type { Entry } from '../core/cancel/outerCancel.ts';
import { raiseAlert } from '../core/future/futureState.ts';

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

// Changes that the levels of scopes depend on: until the next one, what each has worked out holds.
let changes = 0;

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
export class CancelScope extends OneLine implements EnclosingScope {
  #deadline: number;
  #shield: boolean;
  #timer: Deadline | undefined = undefined;
  #frame: InnerFrame | undefined = undefined;
  #outer: CancelScope | undefined = undefined;
  #cause: CancelledError | undefined = undefined;
  #timedOut: boolean = false;
  #caught: boolean = false;
  #left: boolean = false;
  /** The tasks that were started in it, and the scopes in it that have such. */
  readonly #inside: Set<Owner | CancelScope> = new Set();
  #level: CancelledError | undefined = undefined;
  #levelAsOf: number = -1;

  constructor(options: CancelScopeOptions = {}) {
    super();
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
    setShield(frame, on);
    changes++;
    if (on) return;
    const due = dueCancel(frame);
    if (due !== undefined) cancelFrame(frame, due);
    const level = this.effectiveLevel();
    if (level !== undefined) cancelForGood(this.#exposed(), level);
  }

  /** Aborted when the code in the scope is cancelled, with the very CancelledError: for what takes a signal, as in
   * `moveOnAfter(100, ({ signal }) => fetch(url, { signal }))`. Made when it is asked for.
   * @throws UsageError before the body runs and after it */
  get signal(): AbortSignal {
    return signalOfBlock(this.#frame);
  }

  /** True once `cancel()` was called or the deadline passed. */
  get cancelCalled(): boolean {
    return this.#cause !== undefined;
  }

  /** True when the scope has ended because of its own cancel. */
  get cancelledCaught(): boolean {
    return this.#caught;
  }

  /** Its own cancel, once it has ended because of that; for whoever makes an error of it. @internal */
  _ownCancel(): { readonly cause: CancelledError | undefined; readonly timedOut: boolean } {
    return { cause: this.#caught ? this.#cause : undefined, timedOut: this.#timedOut };
  }

  /** Cancels everything in the scope, now and from now on; the second call changes nothing. Before the scope
   * is entered it is cancelled on entry. */
  cancel(reason: string = ''): void {
    checkMessage(reason);
    if (this.#cause !== undefined || this.#left) return;
    this.#cause = quietCancelledError(reason, this);
    changes++;
    this.#timer?.cancel();
    if (this.#frame !== undefined) this.#deliver(this.#frame, this.#cause);
  }

  /** Runs `body` in the scope; a scope runs once.
   * @returns the body's result, or undefined when the scope was cancelled and that ended the body
   * @throws UsageError outside of a task, or when it was entered before */
  async run<T>(body: Body<this, T>): Promise<T | undefined> {
    checkCoroutine(body, 'a cancel scope', 'body');
    void requireTask('a cancel scope');
    if (this.#frame !== undefined) throw new UsageError('the cancel scope has been entered already');
    const outer = currentFrame();
    const frame = new InnerFrame(outer);
    setShield(frame, this.#shield);
    bodyOf(this, frame);
    this.#outer = enclosingScope(outer) as CancelScope | undefined;
    this.#frame = frame;
    const before = cancelsBefore(frame);
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
      if (this.#cause !== undefined || this.#shield) changes++;
      this.#timer?.cancel();
      endFrame(frame);
    }
  }

  /** @internal */
  effectiveLevel(): CancelledError | undefined {
    return this.#levelAsOf === changes ? this.#level : CancelScope.#workOutLevels(this);
  }

  /** @internal */
  effectiveDeadline(): number {
    return CancelScope.#earliest(this);
  }

  /** @internal */
  enlist(task: Owner): void {
    CancelScope.#enroll(task, this);
    if (this.effectiveLevel() !== undefined) raiseAlert(task);
  }

  /** @internal */
  release(task: Owner): void {
    CancelScope.#strike(task, this);
  }

  // From a scope outwards, however many there are.

  static #workOutLevels(innermost: CancelScope): CancelledError | undefined {
    const stale: CancelScope[] = [];
    let at: CancelScope | undefined = innermost;
    for (; at !== undefined && at.#levelAsOf !== changes; at = at.#outer) stale.push(at);
    let level = at === undefined ? undefined : at.#level;
    for (const scope of stale.reverse()) {
      if (!scope.#left) level = (scope.#shield ? undefined : level) ?? scope.#cause;
      scope.#level = level;
      scope.#levelAsOf = changes;
    }
    return level;
  }

  static #earliest(innermost: CancelScope): number {
    let earliest = Infinity;
    for (let scope: CancelScope | undefined = innermost; scope !== undefined; scope = scope.#outer) {
      if (scope.#left) continue;
      earliest = Math.min(earliest, scope.#deadline);
      if (scope.#shield) break;
    }
    return earliest;
  }

  static #enroll(task: Owner, innermost: CancelScope): void {
    let one: Owner | CancelScope = task;
    for (let scope: CancelScope | undefined = innermost; scope !== undefined; scope = scope.#outer) {
      const first = scope.#inside.size === 0;
      scope.#inside.add(one);
      if (!first) return;
      one = scope;
    }
  }

  static #strike(task: Owner, innermost: CancelScope): void {
    let one: Owner | CancelScope = task;
    for (let scope: CancelScope | undefined = innermost; scope !== undefined; scope = scope.#outer) {
      scope.#inside.delete(one);
      if (scope.#inside.size > 0) return;
      one = scope;
    }
  }

  // A cancel that a shield kept off is not in `error`; one that came in before the shield was raised is.
  #isOwn(error: unknown, frame: InnerFrame, before: Entry): boolean {
    if (this.#cause === undefined || !isCancelledError(error)) return false;
    if (hasShield(frame) && error.origin === this) return true;
    // The frame is left now: what is around it counts as if it had had no shield.
    setShield(frame, false);
    return !cancelledOutside(frame, before);
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer =
      this.#deadline === Infinity || this.#cause !== undefined
        ? undefined
        : new Deadline(runningLoop('a cancel scope'), this.#deadline, () => {
            this.#timedOut = this.#cause === undefined;
            this.cancel('the deadline passed');
          });
  }

  #deliver(frame: InnerFrame, cause: CancelledError): void {
    const task = frame.task as Owner;
    setLevel(frame, cause);
    raiseAlert(task);
    cancelForGood([frame, ...this.#exposed()], cause);
  }

  /** The tasks that were started in it or in a scope inside, but for those that a shield protects. */
  #exposed(): Owner[] {
    const tasks: Owner[] = [];
    const scopes: CancelScope[] = [this];
    for (const scope of scopes) {
      for (const one of scope.#inside) {
        if (one instanceof CancelScope) scopes.push(one);
        else {
          raiseAlert(one);
          if (scopeOf(one)?.effectiveLevel() !== undefined) tasks.push(one);
        }
      }
    }
    return tasks;
  }

  /** @internal */
  protected override line(): string {
    const state = this.#left ? 'left' : this.#frame === undefined ? 'new' : 'entered';
    return `<CancelScope ${state}${this.cancelCalled ? ' cancelled' : ''}${this.#shield ? ' shield' : ''}>`;
  }
}
