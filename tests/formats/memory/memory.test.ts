// What a document of any size takes: memory that does not grow with it, for each format and for the example that
// converts one into the other.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { startExample } from '../../examples/example.ts';
import { commandLine } from '../../commandLine.ts';
import { onNode } from '../../facade/program.ts';

const MEGABYTE = 1024 * 1024;
/** What a heap may gain between two collections. */
const ROOM = 30 * MEGABYTE;

const skip: false | string =
  onNode && process.platform === 'linux' ? false : 'measures Node under Linux, by /proc';
const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-memory-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [format, size] of [
  ['csv', 64],
  ['jsonl', 64],
  ['json', 48],
  ['pickle', 48],
] as const)
  test(`${format}: ${size} MB into a file and out of it, in memory that does not grow`, { skip }, () => {
    const program = join(import.meta.dirname, 'main.ts');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...commandLine(program), format, folder, String(size)],
      { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    assert.equal(stderr, '');
    const { count, expected, grown } = JSON.parse(stdout) as Record<string, number>;
    assert.equal(count, expected);
    assert.ok((grown as number) < ROOM, `memory grew by ${Math.round((grown as number) / MEGABYTE)} MB`);
  });

test(
  'csv-to-pickle: there and back, a file of 40 MB takes little more memory than one of 4 MB',
  { skip },
  async () => {
    const tell = join(folder, 'tell.mjs');
    writeFileSync(
      tell,
      `import { readFileSync } from 'node:fs';
     process.on('exit', () => console.log(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]));`,
    );
    const convert = async (from: string, to: string): Promise<number> => {
      const ending = await startExample('csv-to-pickle', [from, to], { NODE_OPTIONS: `--import=${tell}` })
        .ended;
      assert.deepEqual([ending.code, ending.stderr], [0, '']);
      return Number(ending.stdout.trim().split('\n').at(-1)) * 1024;
    };
    const peaks: number[][] = [];
    for (const size of [4, 40]) {
      const [rows, pickled] = [join(folder, 'rows.csv'), join(folder, 'rows.pickle')];
      const file = openSync(rows, 'w');
      const block = `7,"a ""b"", c",${'x'.repeat(400)}\r\n`.repeat(2500);
      writeSync(file, 'id,note,text\r\n');
      for (let written = 0; written < size * MEGABYTE; written += block.length) writeSync(file, block);
      closeSync(file);
      peaks.push([await convert(rows, pickled), await convert(pickled, rows)]);
    }
    const grown = (peaks[1] as number[]).map((peak, at) => peak - (peaks[0]?.[at] as number));
    for (const each of grown)
      assert.ok(
        each < ROOM,
        `memory grew by ${grown.map((bytes) => Math.round(bytes / MEGABYTE)).join(' and ')} MB`,
      );
  },
);
