// The queue of a pool and its workers: who gets which call, what a cancel does, and what follows when a worker dies.
//
// 1. Calls begin in the order in which they were submitted, but for small ones: while all workers are busy, a few of those
//    that are known to be short are posted ahead (WINDOW, MOST), so that a worker need not wait for the next. A worker
//    that is idle, or one that has fallen behind, gives and takes what has not begun.
// 2. A cancel takes a call that has not begun out of the queue. One that runs is asked, and after the grace time its
//    worker is terminated; what else stood there goes to others.
// 3. A worker that ended takes the call that it ran along, as an error that says why; another is started when there is a
//    call for it. One that could not even start takes all waiting calls along if no other works: it would go on for ever.
// 4. The process stays alive while calls are waiting or running. What is idle holds nothing.

import { UsageError } from '../../base/errors.ts';
import type { Cause } from '../../core/cancel/cause.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { unheldTimer } from '../../sys/host/exit.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import * as protocol from '../../sys/worker/protocol.ts';
import type { FromWorker } from '../../sys/worker/protocol.ts';
import { BrokenExecutorError } from '../brokenExecutorError.ts';
import { restoreError } from '../workError.ts';
import { busiestOf, isLate, LATE, leastLoaded, WORTHWHILE } from './balance.ts';
import { Call } from './call.ts';
import { CallQueue } from './callQueue.ts';
import type { CallInput } from './call.ts';
import { LoopTies } from './loopTies.ts';
import type { TiedPool } from './loopTies.ts';
import type { PoolSettings } from './poolSettings.ts';
import { cannotSend, WorkerSeat } from './workerSeat.ts';
import type { WorkerEnd } from './workerHandle.ts';

export class WorkerPool implements TiedPool {
  readonly settings: PoolSettings;
  readonly #queue: CallQueue = new CallQueue();
  readonly #seats: Set<WorkerSeat> = new Set();
  readonly #ties: LoopTies = new LoopTies(this);
  #started: number = 0;
  #closed: boolean = false;
  #looksAgain: boolean = false;
  #over: PromiseWithResolvers<void> | undefined = undefined;
  #idle: PromiseWithResolvers<void> | undefined = undefined;

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get workers(): number {
    return this.#seats.size;
  }

  /** Calls that wait for a worker, and those that stand at one. */
  get unfinished(): number {
    let all = this.#queue.length;
    for (const seat of this.#seats) all += seat.size;
    return all;
  }

  /** How many of them no worker has begun with. */
  get queued(): number {
    let all = this.#queue.length;
    for (const seat of this.#seats) for (const call of seat.calls()) if (!seat.runs(call)) all++;
    return all;
  }

  /** @throws UsageError after `shutdown` */
  makeCall(input: CallInput): Call {
    if (this.#closed)
      throw new UsageError(`${this.settings.name} takes no work any more: it was shut down`);
    return new Call(input, this.settings.name);
  }

  submit(call: Call): void {
    this.#ties.tie(call.input.loop);
    this.#queue.push(call);
    this.#dispatch();
  }

  /** Asks a call to end; `left` tells that nobody takes what it yields. Returns whether it goes on for the time being. */
  cancel(call: Call, cause: Cause, left: boolean = false): boolean {
    if (call.over) return false;
    const { seat } = call;
    if (seat === undefined) {
      this.#queue.withdraw(call);
      return false;
    }
    if (seat.revoke(call)) {
      call.over = true;
      this.#refill(seat as WorkerSeat);
      return false;
    }
    call.cause = cause;
    seat.ask(call, typeof cause === 'string' ? cause : cause.message, left);
    this.#freeOthers(seat as WorkerSeat);
    const { grace } = this.settings;
    if (grace !== Infinity) runAtRoot(() => unheldTimer(grace, () => this.#force(call)));
    return true;
  }

  /** The consumer of a stream takes so many items more. */
  giveRoom(call: Call, count: number): void {
    call.seat?.tell([protocol.MORE, call.id, count]);
  }

  /** Resolves when no call is left. */
  async settled(): Promise<void> {
    while (this.unfinished > 0) await (this.#idle ??= Promise.withResolvers()).promise;
  }

  /** How reports name it. */
  describe(): string {
    const { size } = this.#seats;
    return `${this.settings.name} (${size} ${size === 1 ? 'worker' : 'workers'})`;
  }

  /** No call is taken any more. Resolves when the last worker has ended. */
  shutdown(cancelFutures: boolean): Promise<void> {
    this.#closed = true;
    if (cancelFutures) this.#cancelQueued();
    this.#over ??= Promise.withResolvers();
    for (const seat of [...this.#seats]) if (seat.size === 0) this.#retire(seat);
    this.#checkOver();
    return this.#over.promise;
  }

  /** Ends what belongs to a loop that is closed, and everything where no other loop is tied. */
  drop(isOf: (loop: Loop) => boolean, everything: boolean): void {
    for (const call of this.#queue.takeAll()) {
      if (isOf(call.input.loop)) call.over = true;
      else this.#queue.push(call);
    }
    for (const seat of [...this.#seats]) {
      let runs = false;
      for (const call of seat.calls()) {
        if (!isOf(call.input.loop)) continue;
        if (!seat.revoke(call)) runs = true;
        call.over = true;
      }
      if (runs || everything) seat.terminate();
    }
  }

  /** Keeps the process alive for what is under way, or does not. */
  hold(on: boolean): void {
    for (const seat of this.#seats) seat.hold(on && seat.size > 0);
  }

  #dispatch(): void {
    for (;;) {
      const call = this.#queue.front;
      if (call === undefined) return;
      const seat = this.#seatFor(call);
      if (seat === undefined) return;
      if (!this.#post(call, seat)) {
        // Its slots are full of calls that were taken back; it frees them without a word.
        this.#lookAgain(0);
        return;
      }
    }
  }

  #seatFor(call: Call): WorkerSeat | undefined {
    let working = 0;
    for (const seat of this.#seats) {
      if (seat.leaving) continue;
      if (seat.size === 0) return seat;
      working++;
    }
    return working < this.settings.maxWorkers ? this.#start(call) : leastLoaded(this.#seats, call);
  }

  #start(call: Call): WorkerSeat | undefined {
    try {
      const seat = new WorkerSeat(++this.#started, this.settings, {
        received: (from, message) => this.#received(from, message),
        ended: (from, end) => this.#ended(from, end),
      });
      this.#seats.add(seat);
      return seat;
    } catch (error) {
      const name = this.settings.name;
      this.#queue.withdraw(call);
      call.sink.failed(new BrokenExecutorError(`${name} could not start a worker`, { cause: error }));
      return undefined;
    }
  }

  // False when the seat takes no more.
  #post(call: Call, seat: WorkerSeat): boolean {
    try {
      if (!seat.post(call)) return false;
    } catch (error) {
      this.#queue.withdraw(call);
      call.sink.failed(cannotSend(call, error));
      if (seat.size === 0) this.#rest(seat);
      return true;
    }
    this.#queue.shift();
    if (seat.size === 1) {
      seat.endRest();
      if (this.#ties.running) seat.hold(true);
    }
    return true;
  }

  #cancelQueued(): void {
    const calls = this.#queue.takeAll();
    for (const seat of this.#seats) calls.push(...seat.calls().filter((call) => seat.revoke(call)));
    for (const call of calls) {
      call.over = true;
      call.sink.cancelled(`${this.settings.name} was shut down`);
    }
  }

  #received(seat: WorkerSeat, message: FromWorker): void {
    switch (message[0]) {
      case protocol.READY:
        seat.becomeReady();
        return;
      case protocol.LOADED:
        seat.noteLoaded(message[1]);
        return;
      case protocol.UNFIT:
        this.#unfit(seat, restoreError(message[1], { worker: this.#name(seat), caller: undefined }));
        return;
      default:
        this.#receivedFor(seat, message);
    }
  }

  #receivedFor(
    seat: WorkerSeat,
    message: Extract<
      FromWorker,
      readonly [kind: typeof protocol.RESULT | typeof protocol.THROWN | typeof protocol.ITEMS, ...unknown[]]
    >,
  ): void {
    const call = seat.find(message[1]);
    if (call === undefined) return;
    if (message[0] === protocol.ITEMS) {
      if (!call.over) call.sink.items?.(message[2]);
      return;
    }
    const { work, site } = call.input;
    seat.remove(call);
    const took = message[3];
    work.typical = work.typical === undefined ? took : work.typical + (took - work.typical) / 4;
    if (!call.over) {
      call.over = true;
      if (message[0] === protocol.RESULT) call.sink.result(message[2]);
      else call.sink.failed(restoreError(message[2], { worker: this.#name(seat), caller: site.stack }));
    }
    this.#refill(seat);
  }

  #noteIdle(): void {
    if (this.#idle === undefined || this.unfinished > 0) return;
    this.#idle.resolve();
    this.#idle = undefined;
  }

  // The worker has room for more.
  #refill(seat: WorkerSeat): void {
    if (this.#queue.length > 0) this.#takeFromLate();
    if (seat.spent && seat.size === 0) this.#retire(seat);
    this.#dispatch();
    if (seat.size > 0 || seat.leaving) return;
    if (!this.#closed) this.#helpOthers(seat);
    if (seat.size === 0) this.#rest(seat);
  }

  // The worker has no call: it may have been started behind a shutdown, for one that could not be sent.
  #rest(seat: WorkerSeat): void {
    if (this.#closed && this.#queue.length === 0) this.#retire(seat);
    else seat.rest(this.settings.idleTimeout, () => this.#retire(seat));
    this.#noteIdle();
  }

  // What stands behind a call that takes longer than such calls do goes back to the front of the queue.
  #takeFromLate(): void {
    for (const seat of this.#seats) if (seat.size > 1 && isLate(seat)) this.#freeOthers(seat, false);
  }

  #lookAgain(delay: number): void {
    if (this.#looksAgain) return;
    this.#looksAgain = true;
    runAtRoot(() =>
      unheldTimer(delay, () => {
        this.#looksAgain = false;
        for (const seat of this.#seats) if (seat.size === 0 && !seat.leaving) this.#helpOthers(seat);
        this.#dispatch();
      }),
    );
  }

  // An idle worker takes half of what the busiest has not begun. What will be done at once stays: it is looked at again.
  #helpOthers(seat: WorkerSeat): void {
    const busiest = busiestOf(this.#seats);
    if (busiest === undefined) return;
    if (busiest.load < WORTHWHILE && !isLate(busiest)) {
      this.#lookAgain(LATE + 1);
      return;
    }
    const calls = busiest.calls();
    const taken = calls.slice(Math.max(1, calls.length >> 1)).filter((call) => busiest.revoke(call));
    for (const call of taken.reverse()) this.#queue.unshift(call);
    while (this.#queue.length > 0) {
      const call = this.#queue.front;
      if (call === undefined || !this.#post(call, seat)) break;
    }
  }

  // Takes back what a worker has not begun, and gives it to others.
  #freeOthers(seat: WorkerSeat, dispatch: boolean = true): void {
    if (seat.size < 2) return;
    const taken = seat.calls().filter((call) => seat.revoke(call));
    for (const call of taken.reverse()) this.#queue.unshift(call);
    if (dispatch) this.#dispatch();
  }

  // An idle worker ends: it is asked, and terminated after the grace time.
  #retire(seat: WorkerSeat): void {
    // A shutdown waits for it, also where it was asked before.
    seat.hold(this.#closed);
    if (!seat.leaving) seat.close(this.settings.grace);
  }

  #force(call: Call): void {
    const { seat } = call;
    if (call.over || seat === undefined || seat.find(call.id) !== call) return;
    seat.terminate();
  }

  #unfit(seat: WorkerSeat, error: unknown): void {
    const text = `the initializer failed in ${this.#name(seat)}`;
    this.#failStart(seat, new BrokenExecutorError(text, { cause: error }));
    seat.terminate();
  }

  // Without a worker that works nobody would end the calls that wait, and each new one would fail in the same way.
  #failStart(seat: WorkerSeat, error: BrokenExecutorError): void {
    const calls = seat.calls();
    for (const call of calls) seat.remove(call);
    if (![...this.#seats].some((other) => other.ready && !other.leaving))
      calls.push(...this.#queue.takeAll());
    for (const call of calls) {
      if (call.over) continue;
      call.over = true;
      call.sink.failed(error);
    }
  }

  #ended(seat: WorkerSeat, { how, error }: WorkerEnd): void {
    const wanted = !seat.leaving;
    this.#seats.delete(seat);
    seat.leaving = true;
    seat.endRest();
    const cause = error === undefined ? undefined : { cause: error };
    const broken = (what: string): BrokenExecutorError =>
      seat.overdue ?? new BrokenExecutorError(`${this.#name(seat)} ${how}${what}`, cause);
    const wasBusy = seat.size > 0;
    if (!seat.ready && (wanted || seat.overdue !== undefined))
      this.#failStart(seat, broken(' before it could work'));
    for (const call of seat.calls().reverse()) {
      const begun = seat.runs(call) || call.input.transfer.length > 0;
      seat.remove(call);
      if (call.over) continue;
      if (!begun) {
        call.seat = undefined;
        this.#queue.unshift(call);
        continue;
      }
      call.over = true;
      if (call.cause !== undefined && !wanted) call.sink.cancelled(call.cause);
      else call.sink.failed(broken(` while it ran ${call.input.work.title}`));
    }
    if (wanted && !wasBusy && error !== undefined) this.#report(broken(' while it was idle'));
    this.#dispatch();
    this.#noteIdle();
    this.#checkOver();
  }

  #report(exception: BrokenExecutorError): void {
    const loop = this.#ties.any();
    if (loop !== undefined) reportFailure(loop, { message: exception.message, exception });
  }

  #name(seat: WorkerSeat): string {
    return `${seat.title} of ${this.settings.name}`;
  }

  #checkOver(): void {
    if (this.#seats.size > 0 || this.#queue.length > 0) return;
    this.#ties.untie();
    if (this.#closed) this.#over?.resolve();
  }
}
