// The end of a TLS connection that we say, from `close` until the connection is gone.
//
// 1. What is buffered is written, then TLS is told that no more will come; that is said when the system, or
//    whatever is below, has taken all of it. The other side is given the shutdown timeout for everything.
// 2. What still comes in is dropped, so that two sides that write cannot block each other. That has a bound:
//    a peer that takes none of our bytes meanwhile may send MOST_BEFORE, and once our end is said it may send
//    MOST_AFTER, for PATIENCE at most. Then the connection is given up: in success when all of ours was said.
// 3. A caller that needs no answer (`await using`) waits PATIENCE for it, and no error of an answer is theirs.

import { TimeoutError } from '../../base/errors.ts';
import { osError } from '../../base/osError.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import type { Underlay } from './underlay.ts';

/** Bytes. Enough for both sides to write whatever is under way. */
const MOST_BEFORE: number = 64 * 1024 * 1024;
/** Bytes. What may be under way when the peer reads our end. */
const MOST_AFTER: number = 2 * 1024 * 1024;
/** Milliseconds. */
const PATIENCE: number = 1000;
/** Milliseconds between looks, while bytes come. */
const OFTEN: number = 5;

/** The connection that is ended. */
export interface Parted {
  getWriteBufferSize(): number;
  /** Ends it now. @internal */
  _giveUp(error: unknown): void;
}

export class GoodBye {
  readonly #loop: Loop;
  readonly #parted: Parted;
  readonly #below: Underlay;
  readonly #timeout: number;
  #said: boolean = false;
  #saidAt: number = 0;
  /** What had been received in all when it began, and what TLS has let through since. */
  #before: number = 0;
  #heard: number = 0;
  /** The least that was unsent, and how much had come by then. */
  #left: number = 0;
  #mark: number = 0;
  #answerless: boolean = false;
  /** Bytes were written that are not sent. */
  #droppedWrites: boolean = false;
  #over: boolean = false;
  #timer: TimerHandle | undefined = undefined;
  #check: TimerHandle | undefined = undefined;
  #patience: TimerHandle | undefined = undefined;

  constructor(loop: Loop, parted: Parted, below: Underlay, timeout: number) {
    this.#loop = loop;
    this.#parted = parted;
    this.#below = below;
    this.#timeout = timeout;
  }

  /** All of ours is with the system, and nobody waits for more: nothing that follows is an error. */
  get contented(): boolean {
    return this.#answerless && this.#isSaid();
  }

  begin(): void {
    this.#before = this.#below.received();
    this.#left = this.#unsent();
    this.#timer = this.#loop.callLater(this.#timeout, () => this.#parted._giveUp(this.#timedOut()));
  }

  /** Nothing can follow the end of TLS. @throws InvalidArgumentError for what is no bytes */
  drop(data: Uint8Array): void {
    checkBytes(data, 'data');
    if (data.byteLength > 0) this.#droppedWrites = true;
  }

  /** Why bytes that were written are not sent, where that is so. */
  writeFailure(byPeer: boolean): unknown {
    if (!this.#droppedWrites) return undefined;
    const reason = byPeer ? 'the other side has ended TLS' : 'the connection is closing';
    return osError({ errno: 32, code: 'EPIPE', syscall: 'write', reason: `${reason}: nothing is sent` });
  }

  /** Our end was written. */
  said(): void {
    this.#said = true;
    this.#saidAt = this.#loop.time();
    this.#left = this.#unsent();
    this.#mark = this.#came();
    this.#checkAgain(this.#mark, OFTEN);
    if (this.#answerless) this.#wait();
  }

  /** Bytes came that nobody wants any more. */
  heard(size: number): void {
    this.#heard += size;
    this.#look();
  }

  needNoAnswer(): void {
    if (this.#answerless) return;
    this.#answerless = true;
    if (this.#said) this.#wait();
  }

  /** The connection is gone. */
  over(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#check?.cancel();
    this.#patience?.cancel();
  }

  #unsent(): number {
    return this.#parted.getWriteBufferSize() + (this.#below.unsent?.() ?? 0);
  }

  #isSaid(): boolean {
    return this.#said && this.#unsent() === 0;
  }

  /** Bytes that came since it began. */
  #came(): number {
    const below = this.#below.received() - this.#before;
    return below > this.#heard ? below : this.#heard;
  }

  #look(): void {
    const [left, came] = [this.#unsent(), this.#came()];
    if (left < this.#left) {
      this.#left = left;
      this.#mark = came;
    }
    const dropped = came - this.#mark;
    if (!this.#isSaid()) {
      if (dropped > MOST_BEFORE) this.#parted._giveUp(talkedOver(left));
      return;
    }
    const late = dropped > 0 && this.#loop.time() - this.#saidAt > PATIENCE;
    if (late || dropped > MOST_AFTER) this.#parted._giveUp(undefined);
  }

  // Bytes behind our end may make the TLS library give up reading, without a word; they come all the same.
  #checkAgain(came: number, delay: number): void {
    if (this.#over) return;
    this.#check = this.#loop.callLater(delay, () => {
      const now = this.#came();
      if (now !== came) this.#look();
      this.#checkAgain(now, now === came ? Math.min(delay * 2, PATIENCE) : OFTEN);
    });
  }

  #wait(): void {
    if (this.#over) return;
    this.#patience = this.#loop.callLater(PATIENCE, () => {
      if (this.#isSaid()) this.#parted._giveUp(undefined);
      else this.#wait();
    });
  }

  #timedOut(): TimeoutError {
    const left = this.#unsent();
    const lost = left === 0 ? '' : `; ${left} bytes were not sent`;
    return new TimeoutError(`the TLS shutdown took longer than ${this.#timeout} ms${lost}`);
  }
}

function talkedOver(left: number): unknown {
  const reason = `the other side sends and sends, and takes nothing: ${left} bytes were not sent`;
  return osError({ errno: 103, code: 'ECONNABORTED', syscall: 'TLS shutdown', reason });
}
