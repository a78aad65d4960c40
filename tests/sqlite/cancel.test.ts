import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  getRunningLoop,
  isCancelled,
  moveOnAfter,
  sleep,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { OperationalError } from '../../src/sqlite/sqlite.ts';
import { counting, endless, inLoop, opened, place } from './opened.ts';

async function outcome(task: Task<unknown>): Promise<string> {
  try {
    await task;
    return 'done';
  } catch (error) {
    return isCancelled(error) ? 'cancelled' : String(error);
  }
}

test(
  'cancel: a query that computes without a row ends, and the next one is answered',
  inLoop(async () => {
    const db = await opened();
    await db.executescript('CREATE TABLE t (i); INSERT INTO t VALUES (1)');
    const loop = getRunningLoop();
    let least = Infinity;
    for (let round = 0; round < 8 && least >= 50; round++) {
      const began = loop.time();
      await assert.rejects(
        timeout(20, () => db.execute(endless)),
        TimeoutError,
      );
      least = Math.min(least, loop.time() - began - 20);
      assert.deepEqual(await db.fetchall('SELECT * FROM t'), [{ i: 1 }]);
    }
    // The quickest of several: the machine has other things to do as well.
    assert(least < 50, `it took ${least} ms`);
  }),
);

test(
  'cancel: in a thread it is heard between rows, and a statement without rows is waited for',
  inLoop(async () => {
    const db = await opened(':memory:', { worker: 'thread' });
    const loop = getRunningLoop();
    const began = loop.time();
    const rows =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i % 10000 = 0';
    await assert.rejects(
      timeout(20, async () => {
        for await (const _ of db.iterate(rows));
      }),
      TimeoutError,
    );
    const ended = loop.time() - began;
    await assert.rejects(
      timeout(5, () => db.fetchone(`SELECT count(*) FROM (${counting(300_000)})`)),
      TimeoutError,
    );
    assert.deepEqual(await db.fetchone('SELECT 1 AS one'), { one: 1 });
    assert(ended < 1000, `it took ${ended} ms`);
  }),
);

test(
  'cancel: before the first step, and while another has the connection, nothing is executed',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i)');
    const early = createTask(() => db.execute('INSERT INTO t VALUES (1)'));
    early.cancel();
    assert.equal(await outcome(early), 'cancelled');
    const long = createTask(() => db.execute(endless));
    const waiting = createTask(() => db.execute('INSERT INTO t VALUES (2)'));
    const behind = createTask(() => db.execute('INSERT INTO t VALUES (3)'));
    await sleep(10);
    waiting.cancel();
    assert.equal(await outcome(waiting), 'cancelled');
    long.cancel();
    assert.equal(await outcome(long), 'cancelled');
    assert.equal(await outcome(behind), 'done');
    assert.deepEqual(await db.fetchall('SELECT * FROM t'), [{ i: 3 }]);
  }),
);

test(
  'cancel: twice, and once more after it has ended',
  inLoop(async () => {
    const db = await opened();
    const task = createTask(() => db.execute(endless));
    await sleep(10);
    task.cancel('first');
    await sleep(0);
    task.cancel('second');
    await assert.rejects(task, (error: unknown) => {
      assert(error instanceof CancelledError);
      return true;
    });
    task.cancel();
    assert.deepEqual(await db.fetchone('SELECT 1 AS one'), { one: 1 });
  }),
);

test(
  'cancel: at any moment of a statement it is whole or nothing, and the connection goes on',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER)');
    let kept = 0;
    for (let round = 0; round < 30; round++) {
      const task = createTask(() =>
        db.executemany(
          'INSERT INTO t VALUES (?)',
          Array.from({ length: 10 }, () => [round]),
        ),
      );
      await sleep(round % 10);
      task.cancel();
      await outcome(task);
      const { n } = (await db.fetchone<{ n: number }>('SELECT count(*) AS n FROM t WHERE i = ?', [
        round,
      ])) as {
        n: number;
      };
      assert(n === 0 || n === 10, `${n} of 10`);
      kept += n;
      assert.equal(db.inTransaction, false);
    }
    assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM t'), { n: kept });
  }),
);

test(
  'cancel: in a transaction undoes it, when the worker lives and when it is ended',
  inLoop(async () => {
    const db = await opened(place());
    await db.execute('CREATE TABLE t (i)');
    const bodies = [() => sleep(10_000), () => db.execute(endless)];
    for (const wait of bodies) {
      const task = createTask(() =>
        db.transaction(async () => {
          await db.execute('INSERT INTO t VALUES (1)');
          await wait();
        }),
      );
      await sleep(60);
      task.cancel();
      assert.equal(await outcome(task), 'cancelled');
      assert.deepEqual(await db.fetchall('SELECT * FROM t'), []);
      assert.equal(db.inTransaction, false);
    }
  }),
);

test(
  'cancel: at any moment of a transaction, begin and commit too, it is whole or nothing',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER)');
    for (let round = 0; round < 40; round++) {
      let done = false;
      const task = createTask(async () => {
        await db.transaction(async () => {
          await db.execute('INSERT INTO t VALUES (?)', [round]);
          await db.execute('INSERT INTO t VALUES (?)', [round]);
        });
        done = true;
      });
      for (let turn = 0; turn < round; turn++) await sleep(0);
      if (round % 4 === 0) await sleep(round / 20);
      task.cancel();
      await outcome(task);
      const rows = await db.fetchall('SELECT i FROM t WHERE i = ?', [round]);
      assert.equal(rows.length, done ? 2 : rows.length === 0 ? 0 : 2);
      assert.equal(db.inTransaction, false);
    }
  }),
);

test(
  'cancel: one that is swallowed in a transaction whose worker was ended does not go on outside of it',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i)');
    await assert.rejects(
      db.transaction(async () => {
        await db.execute('INSERT INTO t VALUES (1)');
        await moveOnAfter(20, () => db.execute(endless));
        await db.execute('INSERT INTO t VALUES (2)');
      }),
      (error: Error) => {
        assert(error instanceof OperationalError);
        assert.match(error.message, /was ended by a cancel/);
        return true;
      },
    );
    assert.deepEqual(await db.fetchall('SELECT * FROM t'), []);
  }),
);

test(
  'cancel: of a row that is waited for closes the cursor, and one of another query loses it',
  inLoop(async () => {
    const db = await opened();
    const slow = `SELECT i, (SELECT count(*) FROM (${counting(30_000_000)}) WHERE i >= n.i) FROM (${counting(3)}) AS n`;
    const cursor = await db.execute(counting(5000));
    await assert.rejects(
      timeout(20, () => db.execute(slow)),
      TimeoutError,
    );
    // What is here already is given: a page, which on a busy machine ends by its time.
    let rows = 0;
    const readOn = async (): Promise<void> => {
      for (;;) if ((await cursor.fetchone()) !== undefined) rows++;
    };
    await assert.rejects(readOn(), OperationalError);
    assert.ok(rows > 0 && rows <= 200, String(rows));
    assert.equal(await cursor.fetchone(), undefined);
    assert.deepEqual(await db.fetchone('SELECT 1 AS one'), { one: 1 });
  }),
);

test(
  'interrupt: ends the statement for the task that waits, which is not cancelled',
  inLoop(async () => {
    const db = await opened();
    const task = createTask(() => db.execute(endless));
    await sleep(10);
    db.interrupt();
    await assert.rejects(task, (error: OperationalError) => {
      assert.equal(error.sqliteErrorName, 'SQLITE_INTERRUPT');
      return true;
    });
    db.interrupt();
    assert.deepEqual(await db.fetchone('SELECT 1 AS one'), { one: 1 });
  }),
);

test(
  'setup and functions are there again after the worker was ended',
  inLoop(async () => {
    const db = await opened(':memory:', {
      setup: 'CREATE TEMP TABLE IF NOT EXISTS own (i); INSERT INTO own VALUES (1)',
    });
    await db.createFunction('twice', (n) => Number(n) * 2);
    await moveOnAfter(20, () => db.execute(endless));
    assert.deepEqual(await db.fetchone('SELECT twice(i) AS it FROM own'), { it: 2 });
  }),
);

test(
  'the loop goes on while a query burns',
  inLoop(async () => {
    const db = await opened();
    const loop = getRunningLoop();
    const burning = createTask(() => moveOnAfter(300, () => db.execute(endless)));
    const late: number[] = [];
    for (let tick = 0; tick < 20; tick++) {
      const due = loop.time() + 10;
      await sleep(10);
      late.push(loop.time() - due);
    }
    burning.cancel();
    await outcome(burning);
    const [, , third] = late.toSorted((one, other) => other - one);
    assert((third as number) < 30, `late by ${late.map(Math.round).join(' ')} ms`);
  }),
);
