// The one read of a reader that may wait, and how a read begins and ends.
//
// 1. At most one read waits at a time; another one meanwhile is an error.
// 2. A read whose bytes are there ends at once. Else it waits as a claim (readClaim.ts), which is woken when its
//    bytes are there and takes them when its task is resumed. One that is cancelled in between leaves them, also
//    those that were received right into its own memory.
// 3. The transport is paused while more than twice the limit is held that no waiting read can use, and resumed
//    when no more than the limit is left or a read has to wait.
// 4. The error that a connection ended with is thrown by reads that can't be served from what came before;
//    one that the program sets by all.
//
// It is an Intake, and does not have one: a connection has one object less so.

import { atCallerIfFound } from '../base/callerIfFound.ts';
import { isPlaceless, madeInEvent } from '../core/future/madeInEvent.ts';
import { UsageError } from '../base/errors.ts';
import { Intake } from './intake.ts';
import { ReadClaim } from './readClaim.ts';
import type { ClaimedReader } from './readClaim.ts';
import type { ReadRule } from './readRules.ts';
import { ReadThrottle } from './readThrottle.ts';

export class ReadTurn extends Intake implements ClaimedReader {
  readonly throttle: ReadThrottle = new ReadThrottle();
  error: unknown = undefined;
  #claim: ReadClaim | undefined = undefined;
  /** The error comes behind what is held. */
  #errorLast: boolean = false;

  /** The claim that is neither woken nor cancelled. */
  get waiting(): ReadClaim | undefined {
    const claim = this.#claim;
    return claim !== undefined && claim.asleep ? claim : undefined;
  }

  read<P, T, R = T>(rule: ReadRule<P, T>, param: P, wrap?: (read: T) => R): Promise<R> {
    const source = this.source;
    source._bytes.endLoan();
    const other = this.#claim;
    if (other?.cancelled() === true) {
      other.forfeit();
      this.#claim = undefined;
      this.#putBack();
    }
    if (this.error !== undefined && !(this.#errorLast && rule.ready(source, param)))
      return Promise.reject(isPlaceless(this.error) ? atThisCall(this.error) : this.error);
    if (this.#claim !== undefined)
      return Promise.reject(new UsageError(`${rule.name}() called while another read waits for bytes`));
    if (rule.ready(source, param)) return this.#readNow(rule, param, wrap);
    source._dropped.unread = 0;
    this.throttle.resume();
    const claim = new ReadClaim<P>(this, rule, param, wrap);
    this.#claim = claim as unknown as ReadClaim;
    return claim as unknown as Promise<R>;
  }

  /** Reads throw `error` from now on; with `last` only those that what is held is not enough for. */
  fail(error: unknown, last: boolean): void {
    this.error = error;
    this.#errorLast = last;
    const claim = this.waiting;
    if (claim === undefined) return;
    this.#claim = undefined;
    claim.setException(error);
  }

  /** Gives bytes that nobody else has to the read that waits, if it takes them without being woken. */
  deliver(data: Buffer): boolean {
    const claim = this.waiting;
    if (claim?.rule.deliver === undefined || this.source._dropped.open) return false;
    if (this.source._bytes.length > 0 || !claim.rule.deliver(claim.param, data)) return false;
    // It may have had enough.
    if (claim.rule.ready(this.source, claim.param)) claim.wake();
    return true;
  }

  /** Bytes were added to what is held. */
  fed(): void {
    const { _bytes: bytes, _dropped: dropped, _limit: limit } = this.source;
    if (dropped.open) dropped.more(bytes);
    const claim = this.#claim;
    if (claim !== undefined && !claim.cancelled()) {
      // What it takes does not count.
      if (!claim.woken && claim.rule.ready(this.source, claim.param)) claim.wake();
      return;
    }
    this.throttle.rose(bytes.length + dropped.unread, limit);
  }

  /** Nothing is held, and no large message is to be expected. */
  expectsLittle(): boolean {
    return this.expectsLittleFor(this.#claim);
  }

  /** Where the next bytes are to be put. */
  room(): Buffer {
    try {
      return this.roomFor(this.#claim);
    } catch (error) {
      this.#claim?.setException(error);
      this.#claim = undefined;
      return this.roomFor(undefined);
    }
  }

  /** `count` bytes were put there. */
  filled(count: number): void {
    if (this.fill(count)) this.#claim?.wake();
    else this.fed();
  }

  /** @internal */
  _serve(claim: ReadClaim): unknown {
    if (this.#claim === claim) this.#claim = undefined;
    const landed = this.takeLanded();
    try {
      return claim.rule.take(this.source, claim.param);
    } catch (error) {
      // What had landed is lost with its memory.
      if (landed) this.fail(error, false);
      throw madeInEvent(error as object);
    } finally {
      this.throttle.changed(this.source._bytes.length, this.source._limit);
    }
  }

  /** @internal */
  _release(claim: ReadClaim): void {
    if (this.#claim !== claim) return;
    this.#claim = undefined;
    this.#putBack();
    this.throttle.rose(this.source._bytes.length, this.source._limit);
  }

  #readNow<P, T, R>(rule: ReadRule<P, T>, param: P, wrap?: (read: T) => R): Promise<R> {
    let result: Promise<unknown>;
    try {
      const read = rule.take(this.source, param);
      result = Promise.resolve(wrap === undefined ? read : wrap(read));
    } catch (error) {
      result = Promise.reject(atThisCall(error));
    }
    if (this.throttle.paused) this.throttle.fell(this.source._bytes.length, this.source._limit);
    return result as Promise<R>;
  }

  #putBack(): void {
    try {
      this.putBack();
    } catch (error) {
      this.fail(error, false);
    }
  }
}

// The stack begins with the reader's own method, and the caller's line.
function atThisCall(error: unknown): unknown {
  return atCallerIfFound(error, ReadTurn.prototype.read);
}
