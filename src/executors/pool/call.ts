// One call of a work, from `submit` to its end.

import type { Cause } from '../../core/cancel/cause.ts';
import type { Blocker, BlockerDetails } from '../../core/future/blocker.ts';
import type { Loop } from '../../loop/loop.ts';
import type { Luggage, ToWorker } from '../../sys/worker/protocol.ts';
import type { KnownWork } from '../work.ts';

/** Who waits for a call. */
export interface CallSink {
  result(value: unknown): void;
  failed(error: unknown): void;
  /** It never began, or was ended by force. */
  cancelled(cause: Cause): void;
  /** Of a stream. */
  items?(items: readonly unknown[]): void;
}

export interface CallInput {
  readonly loop: Loop;
  readonly work: KnownWork;
  readonly args: readonly unknown[];
  readonly transfer: readonly object[];
  /** For a stream the number of items that its consumer takes at first, else 0. */
  readonly room: number;
  readonly luggage: Luggage | undefined;
  /** A stack taken where it was submitted. */
  readonly site: { readonly stack?: string };
}

/** The worker that a call was posted to; see WorkerSeat. */
export interface Seat {
  readonly title: string;
  runs(call: Call): boolean;
  find(id: number): Call | undefined;
  revoke(call: Call): boolean;
  ask(call: Call, message: string, left: boolean): void;
  tell(message: ToWorker): void;
  terminate(): void;
}

let count = 0;

export class Call implements Blocker {
  readonly id: number = ++count;
  readonly input: CallInput;
  readonly pool: string;
  declare sink: CallSink;
  /** The worker that it was posted to. */
  seat: Seat | undefined = undefined;
  /** Its place in that worker's memory; -1 for none. */
  slot: number = -1;
  /** Why it was asked to end. */
  cause: Cause | undefined = undefined;
  /** It has ended, or was taken out of the queue. */
  over: boolean = false;
  readonly kind: string = '';

  constructor(input: CallInput, pool: string) {
    this.input = input;
    this.pool = pool;
  }

  /** How reports name it: `hash in thread 3`. */
  get what(): string {
    const { title } = this.input.work;
    if (this.seat === undefined || !this.seat.runs(this)) return `${title}, queued in ${this.pool}`;
    const asked = this.cause === undefined ? '' : ', asked to stop';
    return `${title} in ${this.seat.title}${asked}`;
  }

  holders(): [] {
    return [];
  }

  details(): BlockerDetails {
    return { sort: 'worker' };
  }
}
