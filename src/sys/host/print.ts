// Standard output, for what prints because it was asked to.

import process from 'node:process';

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}
