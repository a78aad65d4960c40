// A read that waits. It is woken when its bytes are there, and takes them out of the reader only when its
// turn comes, in the very step that resumes the task: a cancel in between leaves them to the next read.

import { hookAwait } from '../../core/awaitHook.ts';
import { Waiter } from '../../sync/waiter.ts';
import type { Turns } from '../../sync/waiter.ts';
import type { ReadRule } from './readRules.ts';

export class ReadClaim<P = unknown> extends Waiter {
  /** @internal */ declare readonly rule: ReadRule<P>;
  /** @internal */ declare readonly param: P;

  /** `wrap` is given what was read when the claim's turn comes, and makes the result of it. */
  constructor(turns: Turns, rule: ReadRule<P>, param: P, wrap: ((bytes: Buffer) => unknown) | undefined) {
    super(turns, wrap);
    this.rule = rule;
    this.param = param;
  }

  /** The claim takes nothing any more, even where its cancel is taken back. */
  forfeit(): void {
    this.woken = false;
  }
}
hookAwait(ReadClaim);
