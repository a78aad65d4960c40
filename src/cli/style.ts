// Colours, where they are wanted: on a terminal, unless NO_COLOR says no.

import process from 'node:process';

const CODES = { green: 32, yellow: 33, red: 31, dim: 2, bold: 1 } as const;

export function colored(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

export function paint(color: keyof typeof CODES, text: string): string {
  return colored(process.stdout) ? `\x1b[${CODES[color]}m${text}\x1b[0m` : text;
}
