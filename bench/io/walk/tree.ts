// The tree that is walked: made once, under the name that its shape has, and left for the next run.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = 10;
/** Folders in each folder, three levels of them. */
const WIDTH = 10;
/** All names in it, the top's left out. */
export const NAMES: number = (WIDTH + WIDTH ** 2 + WIDTH ** 3) * (FILES + 1);
/** All bytes in it. */
export const BYTES: number = (WIDTH + WIDTH ** 2 + WIDTH ** 3) * FILES * 5;

export function tree(): string {
  const top = join(tmpdir(), `asyncio-ts-bench-tree-${WIDTH}-${FILES}`);
  if (existsSync(top)) return top;
  const made = `${top}.${process.pid}`;
  fill(made, 3);
  try {
    renameSync(made, top);
  } catch {
    rmSync(made, { recursive: true });
  }
  return top;
}

function fill(folder: string, levels: number): void {
  mkdirSync(folder);
  if (levels < 3) for (let i = 0; i < FILES; i++) writeFileSync(join(folder, `file${i}`), 'text\n');
  if (levels > 0) for (let i = 0; i < WIDTH; i++) fill(join(folder, `folder${i}`), levels - 1);
}
