// Ctrl-C at any moment of the tour: it ends soon, says how far it came, leaves a whole database, no process and no
// file behind, and frightens nobody.

import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { inspectTour, newFolder, startTour } from './folders.ts';
import type { Started } from './folders.ts';

const skip = process.platform === 'win32';
let marks = 0;

interface Marked extends Started {
  readonly db: string;
  /** The processes that this tour has started and that are still there, itself included (Linux). */
  left(): string[];
}

function start(...more: string[]): Marked {
  const db = join(newFolder(), 'x.sqlite');
  const mark = `TOUR_TEST_MARK=${process.pid}-${(marks += 1)}`;
  const [name = '', value = ''] = mark.split('=');
  const started = startTour(['--speed=20', '--db', db, ...more], { env: { [name]: value } });
  return { ...started, db, left: () => processesWith(mark) };
}

/** The command lines of the processes that have this in their environment. */
function processesWith(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
      return marked ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}

async function assertNothingLeft({ db, left }: Marked, where: string): Promise<void> {
  // A process that was told to end may need a moment.
  for (let n = 0; n < 200 && left().length > 0; n += 1) await pause(10);
  assert.deepEqual(left(), [], where);
  if (!existsSync(db)) return;
  assert.equal(inspectTour(db).integrity, 'ok', where);
}

test('Ctrl-C at six random moments', { skip }, async () => {
  const seed = Number(process.env['TOUR_SEED'] ?? Date.now() % 1_000_000);
  let state = seed;
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  for (let n = 0; n < 6; n += 1) {
    const moment = 30 + random() * 4500;
    const twice = n % 3 === 2;
    const where = `TOUR_SEED=${seed}, moment ${n}: ${Math.round(moment)} ms${twice ? ', twice' : ''}`;
    const tour = start();
    await Promise.race([pause(moment), tour.ended]);
    const asked = performance.now();
    tour.child.kill('SIGINT');
    if (twice) {
      await pause(5);
      tour.child.kill('SIGINT');
    }
    const { code, signal, stdout, stderr } = await tour.ended;
    const told = `${where}\n${stdout}${stderr}`;
    assert.ok(performance.now() - asked < 8000, told);
    // Before its first line has run the program is not there yet, and dies as any would.
    if (signal === null) assert.ok(code === 130 || (code === 0 && stdout.includes('who waits')), told);
    else assert.equal(signal, 'SIGINT', told);
    assert.doesNotMatch(stdout + stderr, /Error|^ +at .*\.ts/m, told);
    if (code === 130 && stdout !== '')
      assert.match(stdout, /^\nStopped.*; what was begun has ended\.\n/, told);
    await assertNothingLeft(tour, told);
    if (!twice && existsSync(tour.db)) assert.deepEqual(readdirSync(dirname(tour.db)), ['x.sqlite'], told);
  }
});

for (const [seen, part, only] of [
  ['crawl in turn: 24 pages', 'crawl', 'crawl'],
  ['crawl at once: 24 pages', 'tcp', 'crawl,tcp'],
  ['tcp at once: 200 answers', 'files', 'crawl,tcp,files'],
  ['crawl at once: 24 pages', 'sql', 'crawl,sql'],
  ['crawl at once: 24 pages', 'group', 'crawl,group'],
  ['crawl at once: 24 pages', 'deadline', 'crawl,deadline'],
  ['crawl at once: 24 pages', 'stop', 'crawl,stop'],
  ['crawl at once: 24 pages', 'deadlock', 'crawl,deadlock'],
] as const) {
  test(`Ctrl-C in the part '${part}' says so, with what there was until then`, { skip }, async () => {
    const tour = start(`--only=${only}`);
    await tour.seen(seen);
    await pause(20);
    tour.child.kill('SIGINT');
    const { code, stdout, stderr } = await tour.ended;
    assert.equal(code, 130, stdout + stderr);
    assert.match(stdout, new RegExp(`^\nStopped in the part '${part}'; what was begun has ended\\.\n`));
    if (part !== 'crawl') assert.match(stdout, /^crawl: 24 pages, 16 at once/m);
    assert.match(stdout, /integrity ok\.\n$/);
    await assertNothingLeft(tour, stdout + stderr);
  });
}

test('--json says that it was stopped, as JSON', { skip }, async () => {
  const tour = start('--json');
  await tour.seen('crawl in turn: 24 pages');
  tour.child.kill('SIGTERM');
  const { code, stdout, stderr } = await tour.ended;
  assert.equal(code, 143, stderr);
  const { state, at } = JSON.parse(stdout) as { state: string; at: string };
  assert.deepEqual([state, at], ['stopped', 'crawl']);
});

test('kill -9 leaves a whole database, and no process', { skip }, async () => {
  for (const seen of ['crawl in turn: 24 pages', 'deadline: at']) {
    const tour = start();
    await tour.seen(seen);
    await pause(60);
    tour.child.kill('SIGKILL');
    await tour.ended;
    await assertNothingLeft(tour, seen);
    assert.equal(inspectTour(tour.db).rows['inTurn'], 24);
  }
});
