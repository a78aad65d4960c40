// The tasks' events for one who looks, in batches.
//
// Whoever reads too slowly loses the trace, and is told so by its end: a trace with holes would tell of steps that
// never were.

import type { Audience } from './audience.ts';
import type { TraceEvent } from './protocol.ts';
import type { ProbeSubject } from './subject.ts';
import { listenToTasks } from './taskEvents.ts';

/** How long events are gathered, in milliseconds, and how many at most. */
const GATHER = 50;
const MOST = 500;

export class Trace {
  readonly #subject: ProbeSubject;
  readonly #audience: Audience;
  readonly #stop: () => void;
  #events: TraceEvent[] = [];
  #timer: unknown = undefined;

  constructor(subject: ProbeSubject, audience: Audience) {
    this.#subject = subject;
    this.#audience = audience;
    this.#stop = listenToTasks(subject, (event) => this.#note(event));
  }

  /** Sends what is left. */
  end(): void {
    this.#stop();
    this.#send();
  }

  #note(event: TraceEvent): void {
    this.#events.push(event);
    const { runAtRoot, startUnheldTimer } = this.#subject;
    if (this.#events.length >= MOST) runAtRoot(() => this.#send());
    else this.#timer ??= runAtRoot(() => startUnheldTimer(GATHER, () => this.#send()));
  }

  #send(): void {
    this.#subject.stopTimer(this.#timer);
    this.#timer = undefined;
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    this.#audience.send({ event: 'trace', data: events });
    if (this.#audience.slow) this.#audience.drop();
  }
}
