import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { explain } from '../../../tour/folder/explain.ts';
import type { Measured } from '../../../tour/measure.ts';
import type { PassReport, RunReport } from '../../../tour/folder/passReport.ts';
import { emptyListing } from '../../../tour/folder/walk.ts';

const none = undefined as never;

function pass(name: PassReport['name'], measured: Measured): PassReport {
  return { name, measured, state: 'done', table: none, costs: { hashing: 610, storing: 70 } };
}

function runOf(passes: PassReport[], changes: Partial<RunReport> = {}): RunReport {
  return {
    folder: 'x',
    database: 'x.sqlite',
    limit: 32,
    warm: true,
    top: 5,
    machine: { cores: 2, poolThreads: 4, load: 0.1 },
    listing: emptyListing('/x'),
    doing: '',
    passes,
    ...changes,
  };
}

const sequential = pass('sequential', { elapsed: 4000, cpu: 3800, busy: 0.6 });
const concurrent = pass('concurrent', { elapsed: 1900, cpu: 2500, busy: 0.99 });
const told = (run: RunReport, changed = 0): string => explain(run, changed).join('\n');

test('the limit is the thread of JavaScript when that was busy', () => {
  const text = told(runOf([sequential, concurrent]));
  assert.match(text, /JavaScript waited 40 % of the time/);
  assert.match(text, /saves 1\.30 s of processor time/);
  assert.match(text, /one thread of JavaScript, busy 99 % .*610 ms of SHA-256 and 70 ms of SQLite/);
  assert.match(text, /2 cores, 4 pool threads/);
  assert.match(
    text,
    /same work into fresh tables, after everything had been read once; they found the same/,
  );
  assert.doesNotMatch(text, /Other programs/);
});

test('the limit is the processor, or what is behind the pool, when it was not', () => {
  assert.match(
    told(runOf([sequential, pass('concurrent', { elapsed: 2000, cpu: 3900, busy: 0.7 })])),
    /the processor: its cores are busy 98 % of the time/,
  );
  assert.match(
    told(runOf([sequential, pass('concurrent', { elapsed: 3000, cpu: 1000, busy: 0.2 })])),
    /the disk or the thread pool .*JavaScript still waited 80 %/,
  );
});

test('what spoils the comparison is said', () => {
  const run = runOf([sequential, concurrent]);
  assert.match(told(run, 3), /3 files changed between the passes: their times do not compare well/);
  assert.match(
    told(runOf([sequential, concurrent], { machine: { cores: 2, poolThreads: 4, load: 4.8 } })),
    /Other programs wanted 4\.8 of the 2 cores/,
  );
  assert.match(
    told(runOf([sequential, concurrent], { warm: false })),
    /\(one by one\) met a colder page cache/,
  );
  assert.match(
    told(runOf([concurrent, sequential], { warm: false })),
    /\(concurrently\) met a colder page cache/,
  );
  const short = [
    pass('sequential', { elapsed: 40, cpu: 40, busy: 1 }),
    pass('concurrent', { elapsed: 40, cpu: 40, busy: 1 }),
  ];
  assert.match(told(runOf(short)), /Passes as short as these say little/);
});

test('one pass alone needs no explanation', () => {
  assert.deepEqual(explain(runOf([sequential]), 0), []);
});
