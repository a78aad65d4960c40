// The document that every peer reads, and the file of it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, processorTime } from '../../sample.ts';
import type { Sample } from '../../sample.ts';

export interface Counter {
  rows: number;
  fields: number;
}

export function csvDocument(size: number): string {
  let text = '';
  for (let n = 0; n < size; n++)
    text += `${n},name${n},"a, ""b"" ${n}",${n * 1.5},some text here,2026-01-01,x,${n % 7}\r\n`;
  // In one piece: V8 puts a text together when it is first looked at.
  return Buffer.from(text).toString();
}

/** Times the reading of a document of `size` rows. */
export async function timeText(
  size: number,
  read: (text: string, counter: Counter) => void | Promise<void>,
): Promise<Sample> {
  return await time(size, csvDocument(size), read);
}

/** Times the reading of a file of `size` rows. */
export async function timeFile(
  size: number,
  read: (path: string, counter: Counter) => Promise<void>,
): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-csv-'));
  const path = join(folder, 'file.csv');
  writeFileSync(path, csvDocument(size));
  try {
    return await time(size, path, read);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function time(
  size: number,
  input: string,
  read: (input: string, counter: Counter) => void | Promise<void>,
): Promise<Sample> {
  const counter = { rows: 0, fields: 0 };
  // What the making of the document has left is not the reader's to collect.
  globalThis.gc?.();
  const used = processorTime();
  await read(input, counter);
  const value = (used() / size) * 1000;
  check(counter.rows, size);
  check(counter.fields, size * 8);
  return { value };
}
