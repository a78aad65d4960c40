import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createTask, Event, gather, InvalidArgumentError, run, sleep } from '../../src/asyncio.ts';
import { openDatabase } from '../../src/sqlite/sqlite.ts';
import { counting, endless, inLoop, keep, place } from './opened.ts';

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
