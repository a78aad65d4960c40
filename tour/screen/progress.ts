// What the person sees while the tour works: on a terminal a line that is painted again and again; without one,
// a plain line every two seconds, written by a task of its own. The work itself knows nothing of it: it counts, and
// the picture is taken from the counts.
//
// The cursor is never hidden and wrapping never switched off, so no way of dying, not even `kill -9`, can leave a
// terminal behind that has to be repaired.

import cliProgress from 'cli-progress';
import { sleep } from '../../src/asyncio.ts';
import { plainLine, progressLine } from './bar.ts';
import type { Snapshot } from './bar.ts';
import type { Style } from './style.ts';
import type { Output } from './terminal.ts';
import { displayWidth, fit, wrap } from './text.ts';

/** What a phase says of itself whenever it is asked. */
export type Counts = Omit<Snapshot, 'label' | 'elapsed'>;

/** Labels are padded to this, so that the bars stand below each other. */
const labelWidth = 17;
const picturesEachSecond = 15;
/** Milliseconds between two plain lines. */
const writeEvery = 2000;

export class Progress {
  readonly #output: Output;
  readonly #live: boolean;
  readonly #style: Style;
  #bar: cliProgress.SingleBar | undefined;
  #phase: { label: string; started: number; counts: () => Counts } | undefined;

  /** `live`: whether `output` is a terminal to paint on. */
  constructor(output: Output, live: boolean, style: Style) {
    this.#output = output;
    this.#live = live;
    this.#style = style;
  }

  /** The task that writes where there is no terminal; it ends when it is cancelled. */
  async run(): Promise<never> {
    for (;;) {
      await sleep(writeEvery);
      const now = this.#snapshot();
      if (!this.#live && now !== undefined) this.#output.write(`${plainLine(now)}\n`);
    }
  }

  /** What is said before anything begins. */
  say(text: string): void {
    const lines = this.#live ? wrap(text, this.#width) : [text];
    this.#output.write(`${lines.map((line) => this.#style('dim', line)).join('\n')}\n`);
  }

  /** A phase begins. Of the one before, nothing stays to be seen if it was not ended. */
  begin(label: string, counts: () => Counts): void {
    this.close(); // a bar has a timer, which would paint, and keep the process alive, for ever
    this.#phase = { label: label.padEnd(labelWidth), started: performance.now(), counts };
    if (!this.#live) return;
    this.#bar = new cliProgress.SingleBar({
      stream: uncut(this.#output),
      format: () => this.#picture(),
      fps: picturesEachSecond,
      clearOnComplete: true,
      linewrap: true,
    });
    this.#bar.start(1, 0);
  }

  /** The phase is over; what is said of it stays. Of the facts, the last ones go where there is no room. */
  end(mark: 'done' | 'stopped', facts: readonly string[]): void {
    if (this.#phase === undefined) return;
    const { label } = this.#phase;
    this.close();
    if (!this.#live) {
      this.#output.write(`${label.trimEnd()}: ${facts.join(', ')}\n`);
      return;
    }
    const sign = mark === 'done' ? this.#style('green', '✓') : this.#style('yellow', '✗');
    const room = this.#width - 2;
    const lines = facts.map((_, i) => `${label}  ${facts.slice(0, facts.length - i).join(', ')}`);
    const line = fit(lines.find((each) => displayWidth(each) <= room) ?? label.trimEnd(), room);
    this.#output.write(`${sign} ${line}\n`);
  }

  /** No more pictures: leaves a clean line. */
  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#phase = undefined;
  }

  /** Columns that a line may take: the last one stays free, since some terminals wrap when it is written. */
  get #width(): number {
    return Math.max(1, (this.#output.columns ?? 80) - 1);
  }

  #picture(): string {
    const now = this.#snapshot();
    // Two columns more stay free for the ^C that the terminal shows: wrapped, it would leave a picture behind.
    return now === undefined ? '' : `  ${progressLine(now, Math.max(1, this.#width - 4), this.#style)}`;
  }

  #snapshot(): Snapshot | undefined {
    if (this.#phase === undefined) return undefined;
    const { label, started, counts } = this.#phase;
    return { label, elapsed: performance.now() - started, ...counts() };
  }
}

// The library cuts at the last column and counts the colours too; a picture fits already.
function uncut(output: Output): NodeJS.WritableStream {
  const stream = { isTTY: true, columns: Infinity, write: (text: string) => output.write(text) };
  return stream as unknown as NodeJS.WritableStream;
}
