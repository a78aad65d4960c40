// The lines of source around a place, for the page: of files that the stacks of the looked-at program name, and no others.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SeenFrame } from '../../lowlevel.ts';
import type { PageFrame } from './messages.ts';

/** Files larger than this (bytes) are bundles: their lines say nothing. */
const MOST_BYTES = 2_000_000;
const MOST_COLUMNS = 200;

/** Frames with the lines around them, where they can be read. */
export async function withSources(frames: readonly SeenFrame[]): Promise<PageFrame[]> {
  const files: Map<string, Promise<string[] | undefined>> = new Map();
  return await Promise.all(
    frames.map(async ({ name, file, line, isAsync }): Promise<PageFrame> => {
      let reading = files.get(file);
      if (reading === undefined) files.set(file, (reading = linesOf(file)));
      const lines = (await reading)?.slice(Math.max(0, line - 3), line + 2);
      const source = lines?.map((each) => each.slice(0, MOST_COLUMNS));
      return { name, file, line, isAsync, ...(source === undefined ? {} : { source }) };
    }),
  );
}

async function linesOf(file: string): Promise<string[] | undefined> {
  if (file.startsWith('node:')) return undefined;
  try {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    if (!path.startsWith('/')) return undefined;
    const text = await readFile(path, 'utf8');
    return text.length > MOST_BYTES ? undefined : text.split('\n');
  } catch {
    return undefined;
  }
}
