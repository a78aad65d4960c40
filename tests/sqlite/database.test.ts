import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  createTask,
  Event,
  gather,
  getRunningLoop,
  InvalidArgumentError,
  run,
  sleep,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { openResources } from '../../src/loop/resources.ts';
import { openDatabase, ProgrammingError } from '../../src/sqlite/sqlite.ts';
import { counting, endless, inLoop, keep, place } from './opened.ts';
import { slowFunction } from './slowFunction.ts';

test(
  'Database: readers go on while the writer writes, and see what is committed',
  inLoop(async () => {
    const db = keep(await openDatabase(place(), { readers: 2 }));
    await db.executescript('CREATE TABLE t (i); INSERT INTO t VALUES (1)');
    assert.deepEqual(await db.fetchone('PRAGMA journal_mode'), { journal_mode: 'wal' });
    const inside = new Event();
    const go = new Event();
    const writing = createTask(() =>
      db.transaction(async () => {
        await db.execute('INSERT INTO t VALUES (2)');
        assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM t'), { n: 2 });
        inside.set();
        await go.wait();
      }),
    );
    await inside.wait();
    const counts = await gather([1, 2, 3, 4].map(() => () => db.fetchone('SELECT count(*) AS n FROM t')));
    assert.deepEqual(counts, [{ n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }]);
    go.set();
    await writing;
    assert.deepEqual(await db.fetchall('SELECT i FROM t'), [{ i: 1 }, { i: 2 }]);
  }),
);

test(
  'Database: snapshot sees one state, iterate keeps its reader, both give it back',
  inLoop(async () => {
    const db = keep(await openDatabase(place(), { readers: 1, rows: 'array' }));
    await db.execute('CREATE TABLE t (i)');
    await db.executemany('INSERT INTO t VALUES (?)', [[1], [2], [3]]);
    await db.snapshot(async (reader) => {
      assert.deepEqual(await reader.fetchone('SELECT count(*) FROM t'), [3]);
      await db.execute('INSERT INTO t VALUES (4)');
      assert.deepEqual(await db.fetchone('SELECT count(*) FROM t'), [3]);
    });
    for await (const [i] of db.iterate<[number]>('SELECT i FROM t')) if (i === 2) break;
    assert.deepEqual(await db.read((reader) => reader.fetchone('SELECT count(*) FROM t')), [4]);
    await db.createFunction('twice', (n) => Number(n) * 2);
    await db.createAggregate('amount', () => {
      let n = 0;
      return { step: () => void n++, finalize: () => n };
    });
    assert.deepEqual(await db.fetchone('SELECT twice(21), amount(i) FROM t'), [42, 4]);
    await assert.rejects(db.fetchone('INSERT INTO t VALUES (5)'), /readonly/);
    const prepared = await db.writer.prepare('SELECT 1');
    assert.deepEqual(await prepared.fetchone(), [1]);
    await db.backup(place('copy.db'));
  }),
);

test(
  'Database: a cancelled reader is free again',
  inLoop(async () => {
    const db = keep(await openDatabase(place(), { readers: 1 }));
    const burning = createTask(() => db.fetchone(endless));
    const waiting = createTask(() => db.fetchone('SELECT 1 AS a'));
    const next = createTask(() => db.fetchall(counting(2)));
    await sleep(50);
    waiting.cancel();
    burning.cancel();
    await gather([burning, waiting], { returnExceptions: true });
    assert.deepEqual(await next, [{ i: 1 }, { i: 2 }]);
  }),
);

test('openDatabase: in memory, without readers', async () => {
  await run(async () => {
    await assert.rejects(openDatabase(':memory:'), InvalidArgumentError);
    await assert.rejects(openDatabase('x.db', { readers: 0 }), InvalidArgumentError);
  });
});

test(
  'Database: closed, it opens no reader, nor keeps one that it was opening',
  inLoop(async () => {
    const db = await openDatabase(place(), { readers: 2 });
    const opening = createTask(() => db.fetchone('SELECT 1 AS a'));
    await sleep(0);
    await db.close();
    await assert.rejects(opening, ProgrammingError);
    await assert.rejects(db.fetchone('SELECT 1 AS a'), ProgrammingError);
    await assert.rejects(db.execute('SELECT 1'), ProgrammingError);
    assert.equal(openedHere(), 0);
  }),
);

test(
  'Database: a reader whose task is cancelled while it is opened serves the next',
  inLoop(async () => {
    const db = keep(await openDatabase(place(), { readers: 1 }));
    const gate = slowFunction('seven');
    await db.createFunction('seven', gate.fn);
    assert.equal(gate.loads(), 1);
    gate.shut();
    const reading = createTask(() => db.fetchone('SELECT seven() AS a'));
    while (gate.loads() < 2) await sleep(1);
    reading.cancel();
    await assert.rejects(reading);
    const impatient = createTask(() => db.fetchone('SELECT seven() AS a'));
    await sleep(5);
    impatient.cancel();
    await assert.rejects(impatient);
    gate.open();
    assert.deepEqual(await db.fetchone('SELECT seven() AS a'), { a: 7 });
    assert.equal(gate.loads(), 2);
  }),
);

test(
  'Database: close waits for a reader that is being opened, and for one whose functions fail',
  inLoop(async () => {
    const db = await openDatabase(place(), { readers: 1 });
    const gate = slowFunction('seven');
    await db.createFunction('seven', gate.fn);
    gate.fail();
    const [reading, next] = [1, 2].map(() => createTask(() => db.fetchone('SELECT 1 AS a')));
    await assert.rejects(reading as Task<unknown>, /not today/);
    await assert.rejects(next as Task<unknown>, /not today/);
    gate.open();
    const late = createTask(() => db.fetchone('SELECT 1 AS a'));
    while (openedHere() < 4) await sleep(1);
    late.cancel();
    await db.close();
    await assert.rejects(late);
    assert.equal(openedHere(), 0);
  }),
);

/** How much is open on this loop. */
function openedHere(): number {
  return openResources(getRunningLoop())?.size ?? 0;
}
