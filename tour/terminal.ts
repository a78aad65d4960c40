// One line of a terminal that is painted again and again, and lines above it that stay.
//
// The cursor is never hidden and wrapping never switched off, so no way of dying, not even `kill -9`,
// can leave a terminal behind that has to be repaired. Each picture is one write, painted over the one
// before and not into a line that was cleared first: no flicker.

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class LiveLine {
  readonly #output: Output;
  #shown = false;
  #last = '';

  constructor(output: Output) {
    this.#output = output;
  }

  /** Columns that a line may take: the last one stays free, since some terminals wrap when it is written. */
  get width(): number {
    return Math.max(1, (this.#output.columns ?? 80) - 1);
  }

  /** Shows the text, which must fit `width`, in place of the one before. */
  paint(text: string): void {
    if (this.#shown && text === this.#last) return;
    this.#output.write(`\r${text}\x1b[K\r`);
    this.#shown = true;
    this.#last = text;
  }

  /** Puts a line there that stays; the next picture is painted below. */
  keep(text: string): void {
    this.#output.write(this.#shown ? `\r${text}\x1b[K\n` : `${text}\n`);
    this.#shown = false;
  }

  /** Takes the picture away. */
  clear(): void {
    if (this.#shown) this.#output.write('\r\x1b[K');
    this.#shown = false;
  }
}

/** Whether pictures can be painted there. */
export function isLive(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb';
}
