// Converts CSV to pickle and back, row by row: a file of any size in little memory.
//
//   npm run example -- csv-to-pickle rows.csv rows.pickle    a dict for each row, as a pickle of its own
//   npm run example -- csv-to-pickle rows.pickle rows.csv    back; the first dict says which columns there are
//
// The name's end says what a file is. In Python: `while True: row = pickle.load(file)`, up to EOFError. The new file has
// its name when it is complete: Ctrl-C, and an error, leave the old one, and nothing beside it.

import { AsyncioError, run } from 'asyncio-ts';
import { open, Path, replaceFile } from 'asyncio-ts/files';
import type { BinaryFile } from 'asyncio-ts/files';
import { csv, pickle } from 'asyncio-ts/formats';

/** Several rows are one write. */
const ROWS = 256;

interface Progress {
  rows: number;
}

async function toPickle(source: BinaryFile, target: BinaryFile, progress: Progress): Promise<void> {
  let gathered: Uint8Array[] = [];
  // Excel writes a mark in front, which is no part of the first name.
  for await (const row of csv.dictReader(source, { encoding: 'utf-8-sig' })) {
    if (row[csv.REST] !== undefined) throw new TypeError('a row has more fields than the header has names');
    gathered.push(pickle.dumps(row));
    progress.rows++;
    if (gathered.length < ROWS) continue;
    await target.write(Buffer.concat(gathered));
    gathered = [];
  }
  await target.write(Buffer.concat(gathered));
}

async function* dicts(source: BinaryFile, progress: Progress): AsyncGenerator<csv.Dict> {
  for await (const row of pickle.loadAll(source, { dicts: 'object' })) {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new TypeError(`pickle ${progress.rows + 1} is no dict`);
    yield row as csv.Dict;
    progress.rows++;
  }
}

async function toCsv(source: BinaryFile, target: BinaryFile, progress: Progress): Promise<void> {
  const rows = dicts(source, progress);
  const first = await rows.next();
  if (first.done === true) return;
  const writer = csv.dictWriter(target, Object.keys(first.value));
  await writer.writeheader();
  await writer.writerow(first.value);
  await writer.writerows(rows);
}

const [from = '', to = ''] = process.argv.slice(2);
const kinds = [from, to].map((path) => new Path(path).suffix.toLowerCase()).join(' ');
const convert = { '.csv .pickle': toPickle, '.pickle .csv': toCsv }[kinds];
if (convert === undefined || process.argv.length !== 4) {
  console.error('usage: csv-to-pickle FROM.csv TO.pickle, or FROM.pickle TO.csv');
  process.exit(2);
}

await run(async () => {
  const progress = { rows: 0 };
  try {
    const source = await open(from, 'rb');
    try {
      await replaceFile(to, (target) => convert(source, target, progress), { mode: 'wb' });
    } finally {
      await source.close();
    }
    console.log(`${progress.rows} rows`);
  } catch (error) {
    // What the files, or what is in them, have wrong; a cancel goes on its way.
    if (!(error instanceof AsyncioError || error instanceof TypeError)) throw error;
    console.error(`after ${progress.rows} rows: ${error.message}`);
    process.exitCode = 1;
  }
});
