// The tasks' events for one who looks, in batches.
//
// While much is unsent, as in the midst of a large snapshot, events are held. Whoever reads too slowly for that loses the
// trace, and is told so by its end: a trace with holes would tell of steps that never were. Who may lose some loses those
// that are held.

import type { Audience } from './audience.ts';
import type { TraceEvent } from './protocol.ts';
import type { ProbeSubject } from './subject.ts';
import { listenToTasks } from './taskEvents.ts';

/** How long events are gathered, in milliseconds, and how many at most. */
const GATHER = 50;
const MOST = 500;
/** How many are held for who does not take them. */
const MOST_HELD = 20_000;

export class Trace {
  readonly #subject: ProbeSubject;
  readonly #audience: Audience;
  readonly #mayLose: boolean;
  readonly #stop: () => void;
  #events: TraceEvent[] = [];
  #timer: unknown = undefined;
  #ended: boolean = false;

  constructor(subject: ProbeSubject, audience: Audience, mayLose: boolean) {
    this.#subject = subject;
    this.#audience = audience;
    this.#mayLose = mayLose;
    this.#stop = listenToTasks(subject, (event) => this.#note(event));
  }

  /** Sends what is left. */
  end(): void {
    this.#stop();
    this.#ended = true;
    this.#send();
  }

  #note(event: TraceEvent): void {
    this.#events.push(event);
    const { runAtRoot, startUnheldTimer } = this.#subject;
    const { length } = this.#events;
    const isDue = length >= MOST && (!this.#audience.slow || length >= MOST_HELD);
    if (isDue) runAtRoot(() => this.#send());
    else this.#timer ??= runAtRoot(() => startUnheldTimer(GATHER, () => this.#send()));
  }

  #send(): void {
    this.#subject.stopTimer(this.#timer);
    this.#timer = undefined;
    while (this.#events.length > 0 && !this.#audience.slow)
      this.#audience.send({ event: 'trace', data: this.#events.splice(0, MOST) });
    if (this.#events.length >= MOST_HELD) {
      if (this.#mayLose) this.#events = [];
      else this.#audience.drop();
    } else if (this.#events.length > 0 && !this.#ended) {
      const { runAtRoot, startUnheldTimer } = this.#subject;
      this.#timer = runAtRoot(() => startUnheldTimer(GATHER, () => this.#send()));
    }
  }
}
