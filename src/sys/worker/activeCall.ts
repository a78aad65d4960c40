// A call while it runs in a worker, as the code inside of it sees it.

import { CancelledError } from '../../base/errors.ts';
import type { CallMessage, RunningCall } from './protocol.ts';
import type { WorkerLink } from './workerLink.ts';

export class ActiveCall implements RunningCall {
  readonly id: number;
  readonly slot: number;
  readonly name: string;
  readonly worker: string;
  readonly deadline: number | undefined;
  /** How many items the consumer of its stream still takes. */
  room: number;
  /** Called when one of the two changes, and on a cancel. */
  changed: (() => void) | undefined = undefined;
  readonly #link: WorkerLink;
  #controller: AbortController | undefined = undefined;
  #reason: CancelledError | undefined = undefined;
  #left: boolean = false;

  constructor([, id, slot, , , room, luggage]: CallMessage, name: string, link: WorkerLink) {
    this.id = id;
    this.slot = slot;
    this.name = name;
    this.worker = link.setup.title;
    const due = luggage?.deadline;
    this.deadline = due === undefined ? undefined : due - performance.timeOrigin;
    this.room = room;
    this.#link = link;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.cancelled()) this.#controller.abort(this.reason());
    }
    return this.#controller.signal;
  }

  cancelled(): boolean {
    if (this.#reason !== undefined) return true;
    const { slots, asked } = this.#link;
    return slots?.asked(this.slot) ?? asked?.(this.id) ?? false;
  }

  reason(): CancelledError {
    return (this.#reason ??= new CancelledError('the caller was cancelled'));
  }

  /** Whether the consumer of its stream has left. */
  get left(): boolean {
    return this.#left || (this.#link.slots?.left(this.slot) ?? false);
  }

  /** The pool asks it to stop. */
  cancel(message: string, left: boolean): void {
    this.#left = left;
    this.#reason ??= new CancelledError(message);
    this.#controller?.abort(this.#reason);
    this.changed?.();
  }
}
