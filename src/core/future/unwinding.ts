// A cancel on its way through the waits of a task for promises that are not ours: from the inside outwards.
//
// 1. What waits for a future of ours gets it at once, as ever (cancel.ts). The waits for foreign promises get it
//    innermost first (innermost.ts); those around them when the code inside has ended and waits no more, so that its
//    clean-up is waited for. Mostly they have had its error by then, and there is nothing left to do.
// 2. No promise tells whether the code behind it waits for a future of ours. While such waits stand in the frame
//    all foreign ones hold still: those that the cancel found, and those of functions that had begun by then.
//    Other such waits, of code that is not rewritten, hold them up for PATIENCE milliseconds at most.
// 3. What was found waiting gets the cancel, though its frame may have ended meanwhile.
// 4. A cancel that nobody got in the end, because the outcomes came first, waits in its frame for the next await.

import { Deadline } from '../../loop/deadline.ts';
import { enqueue } from '../../loop/engine.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { keepForNextAwait, waitsWithin } from '../cancel/cancel.ts';
import { currentFrame } from '../cancel/frame.ts';
import type { Cause, Frame, Owner, Waited } from '../cancel/frame.ts';
import { dueCancel } from '../cancel/pendingCancel.ts';
import type { AnyFuture } from './anyFuture.ts';
import { awaits } from './awaits.ts';
import { onDone } from './doneCallback.ts';
import { isDone } from './futureState.ts';
import { innermost, isForeign } from './innermost.ts';
import type { Standing } from './innermost.ts';

const PATIENCE = 5000;

/** A wait for a foreign promise, as it is unwound. */
export interface Unwound extends Waited, Runnable, Standing {
  /** @internal */ _unwinding: Unwinding | undefined;
  done(): boolean;
}

/** Those under way; almost always none. */
export const unwindings: Set<Unwinding> = new Set();

/** What the functions of the program wait for while something is unwound: the number of the function. */
const holders: WeakMap<object, number> = new WeakMap();

export class Unwinding implements Runnable {
  readonly task: Owner;
  /** @internal */ readonly _left: Set<Unwound> = new Set();
  readonly #frame: Frame;
  #cause: Cause | undefined;
  readonly #found: ReadonlySet<Waited>;
  #keep: boolean;
  /** Those whose turn is to come. */
  readonly #chosen: Set<Unwound> = new Set();
  readonly #last: number = awaits.count;
  readonly #began: number;
  readonly #watched: WeakSet<object> = new WeakSet();
  #delivered: boolean;
  #looks: 'none' | 'draining' | 'due' = 'none';
  #patience: Deadline | undefined = undefined;

  /** Without a cause the cancel is taken from where it stands over the wait when its turn comes. With `keep` one that
   * nobody got stays in the frame. */
  constructor(frame: Frame, cause: Cause | undefined, found: readonly Waited[], keep: boolean) {
    this.task = frame.task as Owner;
    this.#frame = frame;
    this.#cause = cause;
    this.#found = new Set(found);
    this.#delivered = found.length > 0;
    this.#keep = keep;
    this.#began = this.#loop.time();
    // What a loop that was closed has left never ends.
    for (const other of unwindings) if (other.#loop.isClosed()) unwindings.delete(other);
    unwindings.add(this);
  }

  get #loop(): AnyFuture['_loop'] {
    return this.task._loop as AnyFuture['_loop'];
  }

  /** Whether it takes what stands over its waits, and more of them may join. */
  get open(): boolean {
    return this.#cause === undefined;
  }

  add(wait: Unwound): void {
    const other = wait._unwinding;
    // One cancel upon another: the last counts, and the first has been delivered with it.
    if (other !== undefined && other !== this) other.#drop(wait, true);
    wait._unwinding = this;
    this._left.add(wait);
  }

  /** The cancel of `wait`, whose turn has come; undefined when it was taken back. */
  due(wait: Unwound, frame: Frame): Cause | undefined {
    const cause = this.#cause ?? dueCancel(frame);
    this.#drop(wait, cause !== undefined);
    return cause;
  }

  /** The cancel of `wait` is taken back. */
  takeBack(wait: Unwound): void {
    this.#drop(wait, true);
  }

  /** A wait of the task has ended, one of these or another. */
  ended(wait: Unwound, cancelled: boolean): void {
    const missed = this.#chosen.has(wait) && !cancelled;
    if (this._left.has(wait)) this.#drop(wait, cancelled);
    if (this._left.size === 0) return;
    if (missed && this.#chosen.size === 0 && !this.#delivered && this.#keep) this.#standStill();
    this.look();
  }

  /** The outcome of the innermost came first: the cancel stands in the frame, for the next await of the code that goes
   * on with it, and those around it get what is left of it then. */
  #standStill(): void {
    keepForNextAwait(this.#frame, this.#cause as Cause, false);
    this.#cause = undefined;
    this.#keep = false;
  }

  #drop(wait: Unwound, delivered: boolean): void {
    this.#chosen.delete(wait);
    wait._unwinding = undefined;
    if (delivered) this.#delivered = true;
    if (!this._left.delete(wait) || this._left.size > 0) return;
    this.#patience?.cancel();
    unwindings.delete(this);
    if (this.#delivered || !this.#keep || isDone(this.task)) return;
    keepForNextAwait(this.#frame, this.#cause as Cause, false);
  }

  /** Looks again once everything that runs now waits or has ended. */
  readonly look = (): void => {
    if (this.#looks !== 'none') return;
    this.#looks = 'draining';
    enqueue(this.#loop, this);
  };

  /** @internal */
  _run(): Effect {
    if (this.#looks === 'draining') {
      this.#looks = 'due';
      enqueue(this.#loop, this);
      return DRAIN;
    }
    this.#looks = 'none';
    this.lookNow();
    return NOTHING;
  }

  /** Gives the cancel to those that are innermost now. */
  lookNow(): void {
    if (this._left.size === 0) return;
    const standing = waitsOf(this.task).filter((wait) => waitsWithin(wait, this.#frame));
    if (this.#isHeldUp(standing.filter((wait) => !isForeign(wait)))) return;
    const foreign = standing.filter((wait) => isForeign(wait)) as Unwound[];
    const all = new Set([...this._left, ...foreign.filter(({ activation }) => activation <= this.#last)]);
    for (const wait of innermost([...all])) {
      if (!this._left.has(wait) || this.#chosen.has(wait)) continue;
      this.#chosen.add(wait);
      enqueue(this.#loop, wait);
    }
  }

  #isHeldUp(own: readonly Waited[]): boolean {
    let held = false;
    for (const wait of own) {
      const activation = holders.get(wait);
      if (activation !== undefined && activation > this.#last) continue;
      if (activation === undefined && !this.#found.has(wait) && this.#isOutOfPatience()) continue;
      held = true;
      // Its turn is still to come.
      if (isDone(wait)) this.look();
      if (this.#watched.has(wait)) continue;
      this.#watched.add(wait);
      onDone(wait as unknown as AnyFuture, this.look);
    }
    return held;
  }

  #isOutOfPatience(): boolean {
    const end = this.#began + PATIENCE;
    if (this.#loop.time() >= end) return true;
    this.#patience ??= new Deadline(this.#loop, end, this.look);
    return false;
  }
}

/** A cancel of `frame` has found `waits`, foreign ones among them. Returns whether it is on its way; else it has to
 * stand in the frame. */
export function interrupt(frame: Frame, cause: Cause, waits: readonly Waited[], forGood: boolean): boolean {
  // Those of ours have been cancelled by now, or will be: they stand here until they have had their turn.
  const found = waits.filter((wait) => waitsWithin(wait, frame));
  const own = found.filter((wait) => !isForeign(wait));
  // Asked for by code of the task, which most likely runs inside of what is waited for: then its next await gets it.
  const inside = own.length === 0 && currentFrame()?.task === frame.task;
  const unwinding = new Unwinding(frame, inside ? undefined : cause, own, !inside && !forGood);
  for (const wait of found) if (isForeign(wait)) unwinding.add(wait as Unwound);
  if (own.length > 0 || inside) unwinding.look();
  else unwinding.lookNow();
  return !inside;
}

/** A wait begins where a cancel stands over it. */
export function unwindAtOnce(wait: Unwound, frame: Frame): void {
  const task = frame.task as Owner;
  let unwinding = [...unwindings].find((one) => one.open && one.task === task);
  unwinding ??= new Unwinding(frame, undefined, [], false);
  unwinding.add(wait);
  unwinding.look();
}

/** A wait of `task` for a foreign promise has ended. */
export function noteForeignEnd(wait: Unwound, task: Owner, cancelled: boolean): void {
  for (const unwinding of unwindings) if (unwinding.task === task) unwinding.ended(wait, cancelled);
}

/** While something is unwound: a function of the program waits for what is the library's own. */
export function holdsUp(own: object, activation: number): void {
  holders.set(own, activation);
}

function waitsOf(task: Owner): Waited[] {
  const waits = task._waits;
  return waits instanceof Set ? [...waits] : waits === undefined ? [] : [waits];
}
