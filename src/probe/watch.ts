// A watch: a snapshot again and again, with what is counted and measured between two.
//
// 1. What nobody takes is left out: whoever reads slowly gets fewer snapshots, and the program keeps none.
// 2. Counting and measuring last as long as the watch.

import { loopUsage } from '../sys/host/thisProcess.ts';
import type { LoopUsage } from '../sys/host/thisProcess.ts';
import type { Counting } from './counting.ts';
import type { Snapshot, SnapshotOptions } from './protocol.ts';
import type { Parts } from './parts.ts';
import { lookAtAll } from './snapshot.ts';
import type { Heading } from './snapshot.ts';
import type { ProbeSubject } from './subject.ts';

/** How often the delay of the host's loop is measured, in milliseconds. */
const TICK = 20;

export interface WatchOptions extends SnapshotOptions {
  /** In milliseconds, between two snapshots. */
  readonly interval: number;
  /** True while a snapshot would not be taken. */
  readonly slow: () => boolean;
  /** What takes the tasks of the next snapshot. */
  readonly parts: () => Parts;
  /** Takes the rest of it. */
  readonly tell: (snapshot: Snapshot) => void;
}

export class Watch {
  readonly #subject: ProbeSubject;
  readonly #counting: Counting;
  readonly #options: WatchOptions;
  readonly #stopCounting: () => void;
  #ended: boolean = false;
  #usage: LoopUsage = loopUsage();
  #longest: number = 0;
  #looking: unknown = undefined;
  #ticking: unknown = undefined;

  constructor(subject: ProbeSubject, counting: Counting, options: WatchOptions) {
    this.#subject = subject;
    this.#counting = counting;
    this.#options = options;
    this.#stopCounting = counting.start();
    this.#tick(subject.monotonic());
    void this.#look();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopCounting();
    this.#subject.stopTimer(this.#looking);
    this.#subject.stopTimer(this.#ticking);
  }

  async #look(): Promise<void> {
    const { interval, slow, parts, tell } = this.#options;
    if (!slow()) {
      try {
        const taker = parts();
        const context = { counting: this.#counting };
        const heading = await lookAtAll(this.#subject, this.#options, context, taker);
        if (this.#ended) return;
        tell(await taker.finish(this.#measured(heading)));
      } catch (error) {
        this.#subject.report('warning', (inspect) => `a look at this program failed: ${inspect(error)}`);
      }
    }
    if (!this.#ended) this.#looking = this.#after(interval, () => void this.#look());
  }

  #measured(heading: Heading): Heading {
    const usage = loopUsage();
    const [busy, all] = [
      usage.active - this.#usage.active,
      usage.active + usage.idle - this.#usage.active - this.#usage.idle,
    ];
    const delay = this.#longest;
    this.#usage = usage;
    this.#longest = 0;
    const measured = { ...(all > 0 && { utilisation: Math.min(1, busy / all) }), delay };
    return { ...heading, loops: heading.loops.map((loop) => ({ ...loop, ...measured })) };
  }

  #tick(due: number): void {
    const now = this.#subject.monotonic();
    this.#longest = Math.max(this.#longest, now - due);
    this.#ticking = this.#after(TICK, () => this.#tick(now + TICK));
  }

  #after(delay: number, callback: () => void): unknown {
    const { runAtRoot, startUnheldTimer } = this.#subject;
    return runAtRoot(() => startUnheldTimer(delay, callback));
  }
}
