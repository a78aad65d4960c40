// A program, without `using`, which Node 22 has not, that takes a document of many megabytes through a format, from a file into a file, and prints in JSON by how
// much its memory grew after the first megabytes.
//
//   main.ts FORMAT FOLDER MEGABYTES

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { run } from '../../../src/asyncio.ts';
import { open } from '../../../src/files/files.ts';
import { csv, json, jsonl, pickle } from '../../../src/formats/formats.ts';

const [format = '', folder = '', size = ''] = process.argv.slice(2);
const bytes = Number(size) * 1024 * 1024;
/** Until then memory may grow as it likes. */
const WARM = bytes / 4;

interface Row {
  readonly [name: string]: string;
}
const row: Row = { id: '1234567', note: 'a "quoted", é one', text: 'x'.repeat(400) };
const rowSize = JSON.stringify(row).length;
let peak = 0;

function* rows(): Generator<Row> {
  for (let written = 0, at = 0; written < bytes; written += rowSize, at++) {
    if (written > WARM && peak === 0) peak = mostMemory();
    yield { ...row, id: String(at) };
  }
}

/** The most that this process has held, in bytes; the host's own count begins with that of its parent. */
function mostMemory(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) * 1024;
}

const path = `${folder}/${format}`;
let count = 0;

const formats: Readonly<Record<string, () => Promise<void>>> = {
  async csv() {
    const into = await open(path, 'wb');
    await csv.writer(into).writerows(lists());
    await into.close();
    const from = await open(path, 'rb');
    for await (const each of csv.dictReader(from, { fieldnames: Object.keys(row) }))
      count += Number(each.text?.toString().length === 400);
    await from.close();
  },
  async jsonl() {
    const into = await open(path, 'w');
    await jsonl.writer(into).writeAll(rows());
    await into.close();
    const from = await open(path);
    for await (const each of jsonl.reader<Row>(from)) count += Number(each['text']?.length === 400);
    await from.close();
  },
  async json() {
    const into = await open(path, 'wb');
    await json.dumpItems(rows(), into);
    await into.close();
    const from = await open(path, 'rb');
    for await (const each of json.items<Row>(from)) count += Number(each['text']?.length === 400);
    await from.close();
  },
  async pickle() {
    const into = await open(path, 'wb');
    for (const each of rows()) await pickle.dump(each, into);
    await into.close();
    const from = await open(path, 'rb');
    for await (const each of pickle.loadAll(from, { dicts: 'object' }))
      count += Number((each as Row)['text']?.length === 400);
    await from.close();
  },
};

function* lists(): Generator<string[]> {
  for (const each of rows()) yield Object.values(each);
}

await run(async () => {
  await formats[format]?.();
  console.log(JSON.stringify({ count, expected: Math.ceil(bytes / rowSize), grown: mostMemory() - peak }));
});
