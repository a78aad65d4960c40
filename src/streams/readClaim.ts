// A read that waits. It is woken when its bytes are there, and takes them out of the reader only when its
// turn comes, in the very step that resumes the task: a cancel in between leaves them to the next read.

import type { Owner } from '../core/cancel/frame.ts';
import { Waiter } from '../sync/waitQueue.ts';
import type { Turns } from '../sync/waitQueue.ts';
import type { BlockerDetails } from '../core/future/blocker.ts';
import { showAddress } from '../transport/showAddress.ts';
import type { ReadTransport } from '../transport/transport.ts';
import type { Landing } from './landing.ts';
import { readCount } from './readRules.ts';
import type { ReadRule } from './readRules.ts';
import { ANY } from './receiveBuffer.ts';

/** A reader, as its claims see it. */
export interface ClaimedReader {
  /** The claim's turn: takes what it asks for, or throws. @internal */
  _serve(claim: ReadClaim): unknown;
  /** The claim was cancelled. @internal */
  _release(claim: ReadClaim): void;
  /** Where the bytes come from, if it is known. */
  readonly throttle?: { readonly transport: ReadTransport | undefined };
}

export class ReadClaim<P = unknown> extends Waiter implements Turns {
  /** @internal */ declare readonly rule: ReadRule<P, unknown>;
  /** @internal */ declare readonly param: P;
  /** @internal */ declare readonly reader: ClaimedReader;

  /** `wrap` is given what was read, and makes the result of it. */
  constructor(
    reader: ClaimedReader,
    rule: ReadRule<P, unknown>,
    param: P,
    wrap: ((read: never) => unknown) | undefined,
  ) {
    super(undefined as never, wrap);
    this.blocker = this;
    this.reader = reader;
    this.rule = rule;
    this.param = param;
  }

  /** Not even a cancel that is taken back gives it a turn. */
  forfeit(): void {
    this.woken = false;
  }

  /** How many bytes more it waits for when `held` are there; 0 where only the bytes can tell, ANY where all will
   * do. */
  missing(held: number): number {
    const rule: unknown = this.rule;
    if (rule === readCount) return Math.max(0, (this.param as number) - held);
    return this.rule.some === true ? ANY : 0;
  }

  /** Where it wants its bytes, while it is asleep. */
  get landing(): Landing | undefined {
    return this.asleep ? this.rule.landing?.(this.param) : undefined;
  }

  get what(): string {
    return 'StreamReader';
  }

  get kind(): string {
    return `reader.${this.rule.name}`;
  }

  /** Who feeds the reader is not known. */
  holders(): Iterable<Owner> {
    return [];
  }

  details(): BlockerDetails {
    const peer = this.reader.throttle?.transport?.getExtraInfo('peername');
    return { sort: 'socket', peer: peer === undefined ? undefined : showAddress(peer) };
  }

  resumeWaiter(): void {
    try {
      const read = this.reader._serve(this);
      const wrap = this.payload as ((read: unknown) => unknown) | undefined;
      this.grant(wrap === undefined ? read : wrap(read));
    } catch (error) {
      this.refuse(error);
    }
  }

  abandonWaiter(): void {
    this.reader._release(this);
  }
}
