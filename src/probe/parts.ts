// The tasks of a look as they go out to one who looks: some at a time, as they are found (protocol.ts).
//
// 1. The text of all is neither made at once nor held for somebody who reads slowly: while much is unsent the look waits.
//    What it has found by then stays as it was, so it does not wait for longer than PATIENCE in all: then it is made to
//    its end, and the tasks are held until they are read.

import type { Audience } from './audience.ts';
import type { Answer, SeenTask, Snapshot, Told } from './protocol.ts';
import { Slices } from './slices.ts';
import type { Heading, TaskTaker } from './snapshot.ts';
import type { ProbeSubject } from './subject.ts';

/** So many tasks make a part. */
const PART = 50;
/** In milliseconds. */
const PATIENCE = 500;
/** After so many milliseconds who looks is told that the look goes on: who is silent counts as hung. */
const SILENCE = 200;

export class Parts implements TaskTaker {
  readonly #subject: ProbeSubject;
  readonly #audience: Audience;
  readonly #message: (part: readonly SeenTask[]) => Answer | Told;
  readonly #held: SeenTask[] = [];
  #patience: number = PATIENCE;
  #sent: number;

  constructor(
    subject: ProbeSubject,
    audience: Audience,
    message: (part: readonly SeenTask[]) => Answer | Told,
  ) {
    this.#subject = subject;
    this.#audience = audience;
    this.#message = message;
    this.#sent = subject.monotonic();
  }

  get isThere(): boolean {
    return !this.#audience.gone;
  }

  working(): void {
    if (this.#subject.monotonic() - this.#sent > SILENCE && !this.#audience.slow) this.#send([]);
  }

  take(task: SeenTask): Promise<void> | undefined {
    this.#held.push(task);
    if (this.#held.length < PART) return undefined;
    if (this.#audience.slow) return this.#patience > 0 ? this.#wait() : undefined;
    this.#send(this.#held.splice(0));
    return undefined;
  }

  /** Sends what is held back, as fast as it is read. @returns the snapshot with the last tasks */
  async finish(heading: Heading): Promise<Snapshot> {
    const slices = new Slices(this.#subject);
    let at = 0;
    for (; at + PART < this.#held.length && this.isThere; at += PART) {
      if (slices.over) await slices.turn();
      if (this.#audience.slow) await this.#audience.whenTaken();
      this.#send(this.#held.slice(at, at + PART));
    }
    return { ...heading, tasks: this.#held.slice(at) };
  }

  #send(part: readonly SeenTask[]): void {
    this.#audience.send(this.#message(part));
    this.#sent = this.#subject.monotonic();
  }

  async #wait(): Promise<void> {
    const { monotonic, runAtRoot, startUnheldTimer, stopTimer } = this.#subject;
    const began = monotonic();
    let timer: unknown;
    const over = new Promise<void>((goOn) => {
      const end = (): void => {
        this.#patience = 0;
        goOn();
      };
      timer = runAtRoot(() => startUnheldTimer(this.#patience, end));
    });
    await Promise.race([this.#audience.whenTaken(), over]);
    stopTimer(timer);
    this.#patience -= monotonic() - began;
    if (!this.#audience.slow) this.#send(this.#held.splice(0));
  }
}
