// What the person sees while the tour works. A picture is painted by a task of its own, some fifteen
// times a second on a terminal; without one, a plain line is written every two seconds. The work itself
// knows nothing of it: it counts, and the picture is taken from the counts.

import { sleep } from '../src/asyncio.ts';
import { plainLine, progressLine } from './bar.ts';
import type { Snapshot } from './bar.ts';
import type { Style } from './style.ts';
import { LiveLine } from './terminal.ts';
import type { Output } from './terminal.ts';
import { displayWidth, fit, wrap } from './text.ts';

/** What a phase says of itself whenever it is asked. */
export type Counts = Omit<Snapshot, 'label' | 'elapsed'>;

/** Labels are padded to this, so that the bars stand below each other. */
const labelWidth = 12;
/** Milliseconds between two pictures, and between two plain lines. */
const paintEvery = 70;
const writeEvery = 2000;

export class Progress {
  readonly #output: Output;
  readonly #live: LiveLine | undefined;
  readonly #style: Style;
  #phase: { label: string; started: number; counts: () => Counts } | undefined;

  /** `live`: whether `output` is a terminal to paint on. */
  constructor(output: Output, live: boolean, style: Style) {
    this.#output = output;
    this.#live = live ? new LiveLine(output) : undefined;
    this.#style = style;
  }

  /** The task that paints; it ends when it is cancelled. */
  async run(): Promise<never> {
    for (;;) {
      await sleep(this.#live === undefined ? writeEvery : paintEvery);
      this.#show();
    }
  }

  /** What is said before anything begins. */
  say(text: string): void {
    const lines = this.#live === undefined ? [text] : wrap(text, this.#live.width);
    this.#output.write(`${lines.map((line) => this.#style('dim', line)).join('\n')}\n`);
  }

  /** A phase begins. */
  begin(label: string, counts: () => Counts): void {
    this.#phase = { label: label.padEnd(labelWidth), started: performance.now(), counts };
    if (this.#live !== undefined) this.#show();
  }

  /** The phase is over; what is said of it stays. Of the facts, the last ones go where there is no room. */
  end(mark: 'done' | 'stopped', facts: readonly string[]): void {
    if (this.#phase === undefined) return;
    const { label } = this.#phase;
    this.#phase = undefined;
    if (this.#live === undefined) {
      this.#output.write(`${label.trimEnd()}: ${facts.join(', ')}\n`);
      return;
    }
    const sign = mark === 'done' ? this.#style('green', '✓') : this.#style('yellow', '✗');
    const room = this.#live.width - 2;
    const lines = facts.map((_, i) => `${label}  ${facts.slice(0, facts.length - i).join(', ')}`);
    this.#live.keep(
      `${sign} ${fit(lines.find((line) => displayWidth(line) <= room) ?? label.trimEnd(), room)}`,
    );
  }

  /** No more pictures: leaves a clean line. */
  close(): void {
    this.#phase = undefined;
    this.#live?.clear();
  }

  #show(): void {
    if (this.#phase === undefined) return;
    const { label, started, counts } = this.#phase;
    const now: Snapshot = { label, elapsed: performance.now() - started, ...counts() };
    if (this.#live === undefined) this.#output.write(`${plainLine(now)}\n`);
    else this.#live.paint(`  ${progressLine(now, this.#live.width - 2, this.#style)}`);
  }
}
