// The tasks of a look as they go out to one who looks: some at a time, as they are found (protocol.ts).
//
// 1. The text of all is neither made at once nor held for somebody who reads slowly: while much is unsent the tasks wait
//    as they are. The look itself waits for nobody: others want to look too.

import type { Audience } from './audience.ts';
import type { Answer, SeenTask, Snapshot, Told } from './protocol.ts';
import { Slices } from './slices.ts';
import type { Heading, TaskTaker } from './snapshot.ts';
import type { ProbeSubject } from './subject.ts';

/** So many tasks make a part. */
const PART = 50;

export class Parts implements TaskTaker {
  readonly #subject: ProbeSubject;
  readonly #audience: Audience;
  readonly #message: (part: readonly SeenTask[]) => Answer | Told;
  #held: SeenTask[] = [];

  constructor(
    subject: ProbeSubject,
    audience: Audience,
    message: (part: readonly SeenTask[]) => Answer | Told,
  ) {
    this.#subject = subject;
    this.#audience = audience;
    this.#message = message;
  }

  get isThere(): boolean {
    return !this.#audience.gone;
  }

  take(task: SeenTask): void {
    this.#held.push(task);
    if (this.#held.length !== PART || this.#audience.slow) return;
    this.#audience.send(this.#message(this.#held));
    this.#held = [];
  }

  /** Sends what is held back, as fast as it is read. @returns the snapshot with the last tasks */
  async finish(heading: Heading): Promise<Snapshot> {
    const slices = new Slices(this.#subject);
    let at = 0;
    for (; at + PART < this.#held.length && this.isThere; at += PART) {
      if (slices.over) await slices.turn();
      if (this.#audience.slow) await this.#audience.whenTaken();
      this.#audience.send(this.#message(this.#held.slice(at, at + PART)));
    }
    return { ...heading, tasks: this.#held.slice(at) };
  }
}
