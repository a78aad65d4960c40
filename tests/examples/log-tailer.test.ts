// The log tailer: several logs, one of them not there yet, rotation, a pattern, Ctrl-C.

import '../harness.ts';
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { posix, startExample } from './example.ts';

const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-logs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test(
  'log-tailer: the last lines, then what comes, over rotation; Ctrl-C counts',
  { skip: posix },
  async () => {
    const [web, database] = [join(folder, 'web.log'), join(folder, 'db.log')];
    writeFileSync(web, 'old error\nerror one\nfine\n');
    const program = startExample('log-tailer', ['-n', '2', '-g', 'error', web, database]);
    await program.printed('web.log | error one\n');
    writeFileSync(database, 'error two\n');
    await program.printed('db.log  | error two\n');
    renameSync(web, `${web}.1`);
    appendFileSync(`${web}.1`, 'late error\n');
    writeFileSync(web, 'error three\nfine\n');
    await program.printed('web.log | error three\n');
    appendFileSync(web, 'unended error');
    program.signal('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual([code, stderr], [130, '']);
    const lines = stdout.split('\n');
    assert.deepEqual(lines.slice(0, 4), [
      ...['web.log | error one', 'db.log  | error two', 'web.log | late error', 'web.log | error three'],
    ]);
    assert.match(stdout, /\n4 of [56] lines\n$/);
  },
);

test('log-tailer: one that can not be read is told, the others go on', { skip: posix }, async () => {
  const log = join(folder, 'good.log');
  writeFileSync(log, 'line\n');
  const program = startExample('log-tailer', [folder, log]);
  await program.printed('line\n');
  // The one may be read before the other has failed.
  await program.printed('(EISDIR)\n');
  program.signal('SIGINT');
  const { code, stderr } = await program.ended;
  assert.equal(code, 130);
  assert.match(
    stderr,
    /^open \/[^\n]*asyncio-ts-logs-[^\n]*illegal operation on a directory \(EISDIR\)\n$/,
  );
});

test('log-tailer: says how it is called', { skip: posix }, async () => {
  for (const args of [[], ['-n', 'x', 'file'], ['--what']]) {
    const { code, stderr } = await startExample('log-tailer', args).ended;
    assert.equal(code, 2);
    assert.match(stderr, /usage: log-tailer/);
  }
});
