// The wait of a task for a promise that is not ours, as rewritten awaits make it (`asyncio-ts/everywhere`): one that
// a cancel reaches, and that reports know.
//
// 1. The task awaits a promise of the wait's own, which settles a microtask after the foreign one, with the very
//    same value or error. What comes of a task in no loop, and what is no promise, goes through untouched.
// 2. A cancel never overtakes the outcome: it has a turn in the ready queue, and an outcome that is there by then is
//    delivered. The cancel is then due at the next await.
// 3. A wait that was given up leaves its subscription behind, since a promise takes none back. The next wait for the
//    same promise takes it over, so that waiting again and again for one that stays pending costs no memory.
// 4. Which of several waits of a task a cancel reaches, and when, unwinding.ts says.

import { isCancelled } from '../../base/cancelled.ts';
import { attempt } from '../../base/attempt.ts';
import { foreignWaitsOf, readyQueueOf } from '../../loop/engine.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { NOTHING, STEP } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { runWithStore } from '../../sys/host/storage.ts';
import { currentFrame } from '../cancel/frame.ts';
import type { Cause, Frame, Owner, Waited } from '../cancel/frame.ts';
import { toCancelledError } from '../cancel/cause.ts';
import { standingCancel } from '../cancel/pendingCancel.ts';
import { waitBegin } from '../task/instruments.ts';
import { debugPlaces } from './awaitPlace.ts';
import type { AwaitStacks } from './awaitPlace.ts';
import { awaits, bodies } from './awaits.ts';
import type { Blocker } from './blocker.ts';
import { Future } from './future.ts';
import { FINISHED, isAlert, PENDING } from './futureState.ts';
import { around, shownWaits } from './innermost.ts';
import type { WaitKind } from './innermost.ts';
import type { Settle } from './outcome.ts';
import { holdsUp, interrupt, noteForeignEnd, unwindings, unwindAtOnce } from './unwinding.ts';
import type { Unwinding, Unwound } from './unwinding.ts';
import { addWait, endWait } from './wait.ts';

/** Where an await stands, in one string: kind, operand, function and place, parted by `|`. */
export type Site = string;

const KINDS: Record<string, WaitKind> = { c: 'call', o: 'open', p: 'open', v: 'value', g: 'given' };

let resolveLast: Settle;
let rejectLast: Settle;
const take = (resolve: Settle, reject: Settle): void => {
  resolveLast = resolve;
  rejectLast = reject;
};

class ForeignWait implements Unwound {
  /** @internal */ _flags: number = PENDING;
  /** The code that waits; undefined once it has its outcome. @internal */
  _awaiter: Frame | undefined;
  /** @internal */ _unwinding: Unwinding | undefined = undefined;
  readonly activation: number;
  readonly from: number;
  readonly to: number = awaits.count;
  readonly site: Site;
  readonly promise: Promise<unknown> = new Promise(take as never);
  readonly resolve: Settle = resolveLast;
  readonly reject: Settle = rejectLast;
  /** Called when it is given up. */
  readonly given: (() => void) | undefined;
  /** What it is subscribed to; undefined where it has taken over the subscription of another. */
  source: Promise<unknown> | undefined = undefined;
  /** The wait that has taken over its subscription. */
  heir: ForeignWait | undefined = undefined;

  constructor(frame: Frame, mark: number, activation: number, site: Site, given: (() => void) | undefined) {
    this._awaiter = frame;
    this.activation = activation;
    this.from = mark;
    this.site = site;
    this.given = given;
  }

  get kind(): WaitKind {
    return KINDS[this.site.charAt(0)] ?? 'value';
  }

  /** True when nobody waits any more. */
  done(): boolean {
    return this._awaiter === undefined;
  }

  getLoop(): Loop {
    return ((this._awaiter as Frame).task as Owner)._loop as Loop;
  }

  /** What reports print. */
  get blocker(): Blocker {
    return { what: whatOf(this.site), kind: '', holders: () => [] };
  }

  /** The lines of the await and of those that it stands in, innermost first. */
  get lines(): string[] {
    const waits = this._awaiter?.task?._waits;
    if (!(waits instanceof Set)) return [lineOf(this.site)].filter((line) => line !== '');
    if (!shownWaits([...waits]).includes(this)) return [];
    const others = [...waits].filter((wait) => wait instanceof ForeignWait);
    return [this, ...around(this, others)].map(({ site }) => lineOf(site)).filter((line) => line !== '');
  }

  /** The turn of a cancel. @internal */
  _run(): Effect {
    return giveUp(this);
  }

  /** @internal */
  _interrupt(frame: Frame, cause: Cause, waits: readonly Waited[], forGood: boolean): boolean {
    return interrupt(frame, cause, waits, forGood);
  }

  /** Not called: those of this kind are cancelled together. @internal */
  _cancelFor(): boolean {
    return false;
  }

  /** @internal */
  _overrideDelivery(): boolean {
    return false;
  }

  /** @internal */
  _restoreDelivery(): void {
    this._unwinding?.takeBack(this);
  }
}

// A cancel goes through it in a walk, as through a gather.
void Object.assign(ForeignWait.prototype, { _passOn: () => false, _shown: shownWaits });

/** The line of an await as a stack has it; empty where it is not known. */
function lineOf(site: Site): string {
  const [, , called = '', place = ''] = site.split('|');
  if (place === '') return '';
  return called === '' ? `at ${place}` : `at async ${called} (${place})`;
}

function whatOf(site: Site): string {
  if (site === BODY) return 'the promise that a body returned';
  const [, operand = '', , place = ''] = site.split('|');
  const what = operand === '' ? 'a promise' : `a promise of ${operand}`;
  return place === '' ? what : `${what}, ${place.replace(/:\d+$/, '')}`;
}

const nativeThen = Promise.prototype.then;
/** The waits that were given up, by the promise that they are still subscribed to. */
const leftBehind: WeakMap<Promise<unknown>, ForeignWait> = new WeakMap();
/** Their loops. */
const loops: WeakMap<ForeignWait, WeakRef<Loop>> = new WeakMap();

function subscribe(wait: ForeignWait, source: Promise<unknown>): void {
  const left = leftBehind.get(source);
  if (left !== undefined && (left.heir === undefined || left.heir.done())) {
    left.heir = wait;
    return;
  }
  wait.source = source;
  void nativeThen.call(
    source,
    (value) => settled(wait, value),
    (error: unknown) => failed(wait, error),
  );
}

function settled(subscribed: ForeignWait, value: unknown): void {
  const wait = waiting(subscribed);
  if (wait === undefined) return;
  end(wait, false);
  wait.resolve(value);
}

function failed(subscribed: ForeignWait, error: unknown): void {
  const wait = waiting(subscribed);
  if (wait === undefined) {
    reportLeft(subscribed, error);
    return;
  }
  end(wait, isCancelled(error));
  wait.reject(error);
}

/** The wait that the outcome of a subscription is for; undefined when it was given up. */
function waiting(subscribed: ForeignWait): ForeignWait | undefined {
  const wait = subscribed._awaiter === undefined ? subscribed.heir : subscribed;
  return wait?._awaiter === undefined ? undefined : wait;
}

function end(wait: ForeignWait, cancelled: boolean): void {
  const frame = wait._awaiter as Frame;
  const task = frame.task as Owner;
  wait._flags = FINISHED;
  endWait(wait, frame, task);
  wait._awaiter = undefined;
  if (unwindings.size > 0) noteForeignEnd(wait, task, cancelled);
}

function giveUp(wait: ForeignWait): Effect {
  const frame = wait._awaiter;
  const cause = frame === undefined ? undefined : wait._unwinding?.due(wait, frame);
  if (frame === undefined || cause === undefined) return NOTHING;
  const task = frame.task as Owner;
  const loop = task._loop as Loop;
  end(wait, true);
  if (wait.source !== undefined) leftBehind.set(wait.source, wait);
  wait.source = undefined;
  loops.set(wait, new WeakRef(loop));
  if (wait.given !== undefined) runWithStore(frame, wait.given);
  readyQueueOf(loop).stepping = task;
  wait.reject(toCancelledError(cause));
  return STEP;
}

const told: Set<Site> = new Set();

/** A promise failed after its wait had been given up, and nobody waits for it. */
function reportLeft(wait: ForeignWait, error: unknown): void {
  const loop = loops.get(wait)?.deref();
  if (loop === undefined || isCancelled(error) || isAbort(error)) return;
  if (told.has(wait.site) && !loop.getDebug()) return;
  told.add(wait.site);
  const message = `${whatOf(wait.site)}: it failed after a cancelled task had stopped waiting for it`;
  reportFailure(loop, { message, exception: error });
}

const isAbort = (error: unknown): boolean => attempt(() => (error as Error).name === 'AbortError') === true;

/** What a rewritten `await` awaits: `value` itself where there is nothing to wait for, where no task runs, and for
 * what is the library's own; else a promise of the same outcome, whose wait a cancel ends.
 * @param mark `awaits.count` from before `value` was worked out
 * @param value what is awaited
 * @param activation the number of the function that awaits, of `beginActivation`; 0 for a module
 * @param site what reports say of it: `kind|operand|function|file:line:column`, where the kind is `c` for a call,
 * `o` for one that was given a function, `v` for a value
 * @param given called when a cancel ends the wait
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'asyncio-ts';
 * import { awaits, beginActivation, cancelPoint } from 'asyncio-ts/lowlevel';
 * const never = new Promise<void>(() => {});
 * await run(async () => {
 *   const task = createTask(async () => {
 *     const activation = beginActivation();
 *     await cancelPoint(awaits.count, never, activation, 'v|never|work|app.ts:12:3');
 *   });
 *   await sleep(0);
 *   task.cancel();
 *   await sleep(1);
 *   console.log(task.cancelled()); // -> true
 * });
 * ```
 */
export function cancelPoint<T>(
  mark: number,
  value: T,
  activation: number,
  site: Site,
  given?: () => void,
): T {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  const frame = currentFrame();
  const task = frame?.task;
  if (task === undefined) return value;
  if (value instanceof Future) {
    if (unwindings.size > 0) holdsUp(value, activation);
    return value;
  }
  const promise = toPromise(value);
  if (promise === undefined || (task._loop as Loop).isClosed()) return value;
  // What has begun to wait for something of ours, and no function of the program with it, is the library's own.
  const isOurs = awaits.count > mark && awaits.activation <= mark && !/^[pg]/.test(site);
  if (isOurs && unwindings.size === 0) return value;
  const wait = new ForeignWait(frame as Frame, mark, activation, site, given);
  subscribe(wait, promise);
  addWait(wait, task);
  if (waitBegin.hasSubscribers) waitBegin.publish({ task, future: wait });
  if (wait.to === mark) foreignWaitsOf(task._loop as Loop)?.promises.add(wait);
  if (isAlert(task) && standingCancel(frame as Frame) !== undefined) unwindAtOnce(wait, frame as Frame);
  return wait.promise as T;
}

/** The promise that an `await` makes of it; undefined for what it does not wait for. Whatever throws here throws at
 * the await, if it is left to that. */
function toPromise(value: unknown): Promise<unknown> | undefined {
  try {
    if (value instanceof Promise || 'then' in (value as object)) return Promise.resolve(value);
  } catch {}
  return undefined;
}

/** Whether the running code belongs to a task, so that {@link cancelPoint} may have something to wait for.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { isInTask } from 'asyncio-ts/lowlevel';
 * console.log(isInTask(), await run(async () => isInTask())); // -> false true
 * ```
 */
export function isInTask(): boolean {
  return currentFrame()?.task !== undefined;
}

/** A function of the program begins, or goes on after a `yield`; returns its number, which its awaits give to
 * {@link cancelPoint}.
 * @example
 * ```ts
 * import { beginActivation } from 'asyncio-ts/lowlevel';
 * console.log(beginActivation() < beginActivation()); // -> true
 * ```
 */
export function beginActivation(): number {
  return (awaits.activation = ++awaits.count);
}

/** From here on the promise of others that the body of a task, a timeout or a group returns is waited for as by
 * {@link cancelPoint}: `timeout(100, () => fetch(url))`. What an async function waits for is for its own awaits.
 * @example
 * ```ts
 * import { run, timeout, TimeoutError } from 'asyncio-ts';
 * import { makeBodiesCancelPoints } from 'asyncio-ts/lowlevel';
 * makeBodiesCancelPoints();
 * const never = new Promise<void>(() => {});
 * await run(() => timeout(5, () => never)).catch((error) => console.log(error instanceof TimeoutError)); // -> true
 * ```
 */
export function makeBodiesCancelPoints(): void {
  bodies.call = callBody;
  debugPlaces.stacks ??= knownLines;
}

// Without debug mode the lines of rewritten awaits are all that is known of a stack.
const linesOf = (wait: unknown): string[] => (wait instanceof ForeignWait ? wait.lines : []);
const knownLines: AwaitStacks = {
  note: () => {},
  linesOf,
  stackOf: ({ _waits: waits }, limit) =>
    (waits instanceof Set ? [...waits] : [waits]).flatMap(linesOf).slice(0, limit),
};

function callBody<A, T>(body: (argument: A) => T, argument: A): T {
  const before = awaits.activation;
  const activation = beginActivation();
  const value = body(argument);
  const isAsync = (body as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'AsyncFunction';
  const awaited = isAsync ? value : cancelPoint(activation, value, activation, BODY);
  // To whoever called the library it is the library that has begun to wait.
  awaits.activation = before;
  return awaited;
}

const BODY: Site = 'o|||';
