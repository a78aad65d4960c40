// The converter: to pickle as python3 reads it and back, what it refuses, Ctrl-C in the middle.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { posix, startExample } from './example.ts';

const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-convert-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const READ = `
import pickle, sys
with open(sys.argv[1], 'rb') as file:
    while True:
        try: print(pickle.load(file))
        except EOFError: break
`;
const noPython: false | string = spawnSync('python3', ['-V']).status === 0 ? false : 'no python3';

test('csv-to-pickle: what python3 reads, and the same CSV back', { skip: posix || noPython }, async () => {
  const [rows, pickled, back] = [
    ...[join(folder, 'rows.csv'), join(folder, 'rows.pickle'), join(folder, 'back.csv')],
  ] as [string, string, string];
  const text = 'name,note\r\nAda,"a, ""b""\nc"\r\né😀,\r\n';
  writeFileSync(rows, `\ufeff${text}`);
  const there = await startExample('csv-to-pickle', [rows, pickled]).ended;
  assert.deepEqual([there.code, there.stdout, there.stderr], [0, '2 rows\n', '']);
  const read = spawnSync('python3', ['-X', 'utf8', '-c', READ, pickled], { encoding: 'utf8' });
  assert.equal(
    read.stdout,
    "{'name': 'Ada', 'note': 'a, \"b\"\\nc'}\n{'name': 'é😀', 'note': ''}\n",
    read.stderr,
  );
  const { code, stderr } = await startExample('csv-to-pickle', [pickled, back]).ended;
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(readFileSync(back, 'utf8'), text);
});

test('csv-to-pickle: a wrong file is told, and the old result stays', { skip: posix }, async () => {
  const [rows, pickled] = [join(folder, 'wrong.csv'), join(folder, 'old.pickle')];
  writeFileSync(pickled, 'old');
  writeFileSync(rows, 'a,b\n1,2\n1,2,3\n');
  const { code, stderr } = await startExample('csv-to-pickle', [rows, pickled]).ended;
  assert.deepEqual([code, stderr], [1, 'after 1 rows: a row has more fields than the header has names\n']);
  assert.equal(readFileSync(pickled, 'utf8'), 'old');

  const cut = await startExample('csv-to-pickle', [pickled, rows]).ended;
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /^after 0 rows: /);
  assert.equal(readFileSync(rows, 'utf8'), 'a,b\n1,2\n1,2,3\n');
  for (const args of [[], [rows, rows], [rows, pickled, 'more']])
    assert.equal((await startExample('csv-to-pickle', args).ended).code, 2);
});

test('csv-to-pickle: Ctrl-C leaves the old result, and nothing beside it', { skip: posix }, async () => {
  const inner = mkdtempSync(join(folder, 'stopped-'));
  const [rows, pickled] = [join(inner, 'rows.csv'), join(inner, 'rows.pickle')];
  writeFileSync(rows, `a,b\n${'1,2\n'.repeat(3_000_000)}`);
  writeFileSync(pickled, 'old');
  const program = startExample('csv-to-pickle', [rows, pickled]);
  while (readdirSync(inner).length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  program.signal('SIGINT');
  const { code, stderr } = await program.ended;
  assert.deepEqual([code, stderr], [130, '']);
  assert.deepEqual(readdirSync(inner).toSorted(), ['rows.csv', 'rows.pickle']);
  assert.equal(readFileSync(pickled, 'utf8'), 'old');
});
