import '../harness.ts';
import { strict as assert } from 'node:assert';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  createTask,
  Event,
  gather,
  getRunningLoop,
  InvalidArgumentError,
  run,
  sleep,
  workerModule,
} from '../../src/asyncio.ts';
import { openResources } from '../../src/loop/resources.ts';
import { openDatabase, ProgrammingError } from '../../src/sqlite/sqlite.ts';
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
  'Database: a reader that is cancelled while its functions are defined is closed',
  inLoop(async () => {
    const db = keep(await openDatabase(place(), { readers: 1 }));
    const [slow, began] = [place('slow'), place('began')];
    const source = `import { existsSync, writeFileSync } from 'node:fs';
      while (existsSync(${JSON.stringify(slow)})) {
        writeFileSync(${JSON.stringify(began)}, '');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      export const seven = () => 7;`;
    writeFileSync(place('slow.mjs'), source);
    const { seven } = workerModule<{ seven(): number }>(pathToFileURL(place('slow.mjs')));
    await db.createFunction('seven', seven);
    writeFileSync(slow, '');
    const alone = openedHere();
    const reading = createTask(() => db.fetchone('SELECT seven() AS a'));
    while (!existsSync(began)) await sleep(1);
    assert.notEqual(openedHere(), alone);
    reading.cancel();
    await assert.rejects(reading);
    assert.equal(openedHere(), alone);
    rmSync(slow);
    assert.deepEqual(await db.fetchone('SELECT seven() AS a'), { a: 7 });
  }),
);

/** How much is open on this loop. */
function openedHere(): number {
  return openResources(getRunningLoop())?.size ?? 0;
}
