// The tour in terminals of several sizes: the last screen as a person sees it.

import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { test } from 'node:test';
import { sourceCondition } from '../../scripts/runtime.mjs';
import { noTerminal as skip, openTerminal } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { newFolder } from './folders.ts';

function terminal(columns: number, rows: number, args: string, env = ''): Terminal {
  const db = join(newFolder(), 'x.sqlite');
  const program = [process.execPath, sourceCondition, 'tour/main.ts', '--db', db, args].join(' ');
  return openTerminal(columns, rows, `${env} ${program}`);
}

for (const [columns, rows] of [
  [80, 24],
  [120, 40],
] as const) {
  test(`in ${columns}×${rows} the last screen has all of the result, and it first`, { skip }, async () => {
    const screen = await terminal(columns, rows, '--speed=20').seen(/^exit \d+$/);
    const first = screen.findIndex((line) => line.startsWith('At once, not in turn: crawl '));
    assert.ok(first >= 0, screen.join('\n'));
    const report = screen.slice(first).join('\n');
    for (const found of [
      /in turn +at once +factor +loop's delay/,
      /^crawl: 24 pages, 16 at once .* × +[\d.]+ [mµ]s$/m,
      /^tcp: 50 clients of a TCP server /m,
      /^files: 200 files forced to disk /m,
      /^one failure stops its group {2}20 requests stopped/m,
      /^a deadline cleans up +at/m,
      /^one Stop ends everything +\d+ tasks/m,
      /^a deadlock says who waits +\S+ → \S+ → \S+$/m,
      /held by audit$/m,
      /Web\sAlmanac 2025/,
      /integrity ok/,
      /^More: npm start -- --details/m,
      /^exit 0$/m,
    ]) {
      assert.match(report, found);
    }
    assert.doesNotMatch(report, /━|✓/, 'progress stays above');
  });
}

test('while it works it shows how far it is', { skip }, async () => {
  const { seen, keys } = terminal(80, 24, '--speed=2');
  await seen(/^ {2}crawl in turn +━+─* +\d+ % +\d+\/24 pages/);
  keys('C-c');
  const screen = await seen(/^exit \d+$/);
  assert.match(screen.join('\n'), /Stopped in the part 'crawl'; what was begun has ended\./);
  assert.match(screen.join('\n'), /^exit 130$/m);
});

test('in 50 columns no line is cut or wrapped', { skip }, async () => {
  const screen = await terminal(50, 40, '--speed=20').seen(/^exit \d+$/);
  const report = screen.join('\n');
  assert.match(report, /^At once, not in turn: crawl [\d.]+ ×,/m);
  assert.match(report, /^ +in turn +at once +factor +delay$/m);
  assert.match(report, /^crawl +[\d.]+ s +[\d.]+ m?s +[\d.]+ × +[\d.]+ [mµ]s$/m);
  assert.match(report, /^one failure stops its group\n {2}20 requests stopped/m);
  assert.match(report, /^exit 0$/m);
});

test('a terminal that cannot paint gets plain lines', { skip }, async () => {
  const screen = await terminal(80, 40, '--speed=20 --only=tcp,group', 'TERM=dumb').seen(/^exit \d+$/);
  assert.match(screen.join('\n'), /^tcp in turn: 200 answers in .*, 50 clients$/m);
  assert.doesNotMatch(screen.join('\n'), /━|✓/);
});
