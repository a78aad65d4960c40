// The file that all read: made once for each process, always the same.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, microsecondsEach } from '../../sample.ts';
import type { Sample } from '../../sample.ts';

interface Counted {
  lines: number;
  characters: number;
}

let made: { readonly path: string; readonly size: number; readonly characters: number } | undefined;

/** Has `read` count the lines of a file of `size` lines, and their characters without the line ends. */
export async function measureLines(
  size: number,
  read: (path: string) => Promise<Counted>,
): Promise<Sample> {
  made = made?.size === size ? made : make(size);
  const started = performance.now();
  const { lines, characters } = await read(made.path);
  const value = microsecondsEach(started, size / 1000);
  check(lines, size);
  check(characters, made.characters);
  return { value };
}

function make(size: number): NonNullable<typeof made> {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-lines-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  let characters = 0;
  const lines = Array.from({ length: size }, (_, index) => {
    const length = 20 + ((index * 37) % 81);
    characters += length;
    return 'x'.repeat(length);
  });
  const path = join(folder, 'file');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { path, size, characters };
}
