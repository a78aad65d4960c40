// What a command prints to: how wide it is, and whether it has colours.

import { styleText } from 'node:util';
import process from 'node:process';

type Style = Parameters<typeof styleText>[0];

export interface Screen {
  /** Infinity where nobody's eyes end a line: a file, a pipe. */
  readonly columns: number;
  /** `text` in a style, where there are colours. */
  paint(style: Style, text: string): string;
}

/** Standard output. NO_COLOR, and whatever else Node knows of, turns colours off. */
export function screenOf(stream: NodeJS.WriteStream = process.stdout): Screen {
  const colours = stream.isTTY && stream.hasColors();
  return {
    columns: stream.isTTY ? Math.max(20, stream.columns) : Infinity,
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
}
