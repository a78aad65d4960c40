// Ctrl-C and its relatives, at any moment, as they reach the real program.

import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect, manyFiles, newFolder, startTour } from '../folders.ts';
import type { Inspected } from '../folders.ts';

const posix = process.platform !== 'win32';
const total = 3000;
const folder = newFolder(manyFiles(total));

/** The rows are what the line of the pass says, and the file is whole. */
function assertConsistent(db: string): Inspected {
  const found = inspect(db);
  assert.equal(found.integrity, 'ok');
  for (const [name, pass] of Object.entries(found.passes))
    assert.equal(found.rows[name], pass['files'], name);
  return found;
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(
    `${signal} in the sequential pass: clean-up, report, exit code ${exitCode}`,
    { skip: !posix },
    async () => {
      const db = join(newFolder(), 'x.sqlite');
      const tour = startTour([folder, '--db', db]);
      await tour.seen('warm-up: 3,000 files in');
      await pause(40);
      tour.child.kill(signal);
      const { code, stdout, stderr } = await tour.ended;
      assert.equal(code, exitCode, stdout + stderr);
      assert.match(
        stdout,
        /^\nStopped while reading one by one\.\n {2}one by one {4}[\d,]+ of 3,000 files written/,
      );
      assert.doesNotMatch(stderr, /Error|at .*\.ts/);
      const { passes } = assertConsistent(db);
      assert.equal(passes['sequential']?.['state'], 'interrupted');
      assert.ok(
        stdout.includes(` ${Number(passes['sequential']?.['files']).toLocaleString('en-US')} of 3,000`),
        stdout,
      );
    },
  );
}

test('Ctrl-C in the concurrent pass keeps the pass before', { skip: !posix }, async () => {
  const db = join(newFolder(), 'x.sqlite');
  const tour = startTour([folder, '--db', db, '--limit', '2']);
  await tour.seen('one by one: 3,000 files in');
  await pause(20);
  tour.child.kill('SIGINT');
  const { code, stdout, stderr } = await tour.ended;
  assert.equal(code, 130, stdout + stderr);
  const { passes } = assertConsistent(db);
  assert.equal(passes['sequential']?.['files'], total);
  assert.equal(passes['concurrent']?.['state'], 'interrupted');
});

test('Ctrl-C at any moment, and twice', { skip: !posix }, async () => {
  const place = newFolder();
  for (let i = 0; i < 8; i += 1) {
    const db = join(place, `${i}.sqlite`);
    const tour = startTour([folder, '--db', db]);
    await pause(60 + i * 130);
    tour.child.kill('SIGINT');
    if (i % 2 === 1) {
      await pause(2);
      tour.child.kill('SIGINT');
    }
    const { code, signal, stdout, stderr } = await tour.ended;
    // Before its first line has run the program is not there yet, and dies as any would.
    if (signal === null)
      assert.ok(code === 130 || (code === 0 && stdout.includes('speed-up')), `${code}: ${stdout}${stderr}`);
    else assert.equal(signal, 'SIGINT');
    assert.doesNotMatch(stderr, /Error:/);
    if (existsSync(db)) assertConsistent(db);
  }
});

test('kill -9 leaves whole batches', { skip: !posix }, async () => {
  const db = join(newFolder(), 'x.sqlite');
  const tour = startTour([folder, '--db', db]);
  await tour.seen('one by one: 3,000 files in');
  await pause(30);
  tour.child.kill('SIGKILL');
  await tour.ended;
  const { passes } = assertConsistent(db);
  assert.equal(passes['sequential']?.['files'], total);
});

test(
  'when clean-up stands still, a second Ctrl-C ends it, and what was read is still written',
  { skip: !posix },
  async () => {
    const db = join(newFolder(), 'x.sqlite');
    const tour = startTour([folder, db], {
      program: fileURLToPath(new URL('stuckProgram.ts', import.meta.url)),
    });
    await tour.seen('stuck');
    tour.child.kill('SIGINT');
    await pause(300);
    assert.equal(tour.child.exitCode, null);
    tour.child.kill('SIGINT');
    const { code, stdout, stderr } = await tour.ended;
    assert.equal(code, 130, stdout + stderr);
    assert.match(stderr, /a second signal \(SIGINT\)/);
    assert.match(stdout, /300 of 3,000 files written/);
    const { passes } = assertConsistent(db);
    assert.deepEqual(
      [passes['concurrent']?.['state'], passes['concurrent']?.['files']],
      ['interrupted', 300],
    );
  },
);
