import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createTask, Event, gather, InvalidArgumentError, sleep, taskGroup } from '../../src/asyncio.ts';
import { ProgrammingError } from '../../src/sqlite/sqlite.ts';
import type { Connection, OperationalError } from '../../src/sqlite/sqlite.ts';
import { inLoop, opened, place } from './opened.ts';

async function table(): Promise<Connection> {
  const db = await opened(':memory:', { rows: 'array' });
  await db.execute('CREATE TABLE t (i)');
  return db;
}

async function rows(db: Connection): Promise<unknown[]> {
  return (await db.fetchall<[unknown]>('SELECT i FROM t ORDER BY rowid')).map(([i]) => i);
}

test(
  'transaction: keeps, and returns what the body returns; undoes what throws',
  inLoop(async () => {
    const db = await table();
    const result = await db.transaction(async () => {
      assert.equal(db.inTransaction, true);
      await db.execute('INSERT INTO t VALUES (1)');
      return 'kept';
    });
    assert.equal(result, 'kept');
    await assert.rejects(
      db.transaction(async () => {
        await db.execute('INSERT INTO t VALUES (2)');
        throw new Error('no');
      }),
      /^Error: no$/,
    );
    assert.deepEqual([await rows(db), db.inTransaction], [[1], false]);
  }),
);

test(
  'transaction: in a transaction is a savepoint, however deep',
  inLoop(async () => {
    const db = await table();
    const insert = (i: number) => db.execute('INSERT INTO t VALUES (?)', [i]);
    await db.transaction(async () => {
      await insert(1);
      await db.transaction(async () => {
        await insert(2);
        await assert.rejects(
          db.transaction(async () => {
            await insert(3);
            await db.transaction(() => insert(4));
            throw new Error('no');
          }),
        );
        await insert(5);
      });
    });
    assert.deepEqual(await rows(db), [1, 2, 5]);
  }),
);

test(
  'transaction: other tasks wait for its end, in line',
  inLoop(async () => {
    const db = await table();
    const inside = new Event();
    const go = new Event();
    const first = createTask(() =>
      db.transaction(async () => {
        inside.set();
        await go.wait();
        await db.execute('INSERT INTO t VALUES (1)');
      }),
    );
    await inside.wait();
    const second = createTask(() => db.execute('INSERT INTO t VALUES (2)'));
    const third = createTask(() => db.transaction(() => db.execute('INSERT INTO t VALUES (3)')));
    const fourth = createTask(() => rows(db));
    await sleep(0);
    go.set();
    await gather(first, second, third);
    assert.deepEqual(await fourth, [1, 2, 3]);
  }),
);

test(
  'transaction: tasks that its body starts are in it, one savepoint after the other',
  inLoop(async () => {
    const db = await table();
    await assert.rejects(
      db.transaction(async () => {
        await taskGroup(async (group) => {
          for (const i of [1, 2, 3])
            group.startSoon(() =>
              db.transaction(async () => {
                await db.execute('INSERT INTO t VALUES (?)', [i]);
                await sleep(1);
                await db.execute('INSERT INTO t VALUES (?)', [i]);
              }),
            );
        });
        assert.deepEqual(await rows(db), [1, 1, 2, 2, 3, 3]);
        throw new Error('undo all');
      }),
      /undo all/,
    );
    assert.deepEqual(await rows(db), []);
  }),
);

test(
  'transaction: a task that outlives it is outside of it from then on',
  inLoop(async () => {
    const db = await table();
    const over = new Event();
    let late: Promise<unknown> | undefined;
    let orphan: Promise<unknown> | undefined;
    await db
      .transaction(async () => {
        late = createTask(async () => {
          await over.wait();
          await db.execute('INSERT INTO t VALUES (1)');
        });
        const inside = new Event();
        orphan = createTask(() =>
          db.transaction(async () => {
            inside.set();
            await over.wait();
            await db.execute('INSERT INTO t VALUES (2)');
          }),
        );
        await inside.wait();
        throw new Error('leaves them behind');
      })
      .catch(() => {});
    over.set();
    await late;
    await assert.rejects(orphan as Promise<unknown>, ProgrammingError);
    assert.deepEqual(await rows(db), [1]);
  }),
);

test(
  'executemany: in a transaction undoes itself alone',
  inLoop(async () => {
    const db = await table();
    await db.execute('CREATE UNIQUE INDEX u ON t (i)');
    await db.transaction(async () => {
      await db.execute('INSERT INTO t VALUES (1)');
      await assert.rejects(db.executemany('INSERT INTO t VALUES (?)', [[2], [1]]));
    });
    assert.deepEqual(await rows(db), [1]);
  }),
);

test(
  'commit, rollback: of a BEGIN that was executed; without one they do nothing',
  inLoop(async () => {
    const db = await table();
    await db.commit();
    await db.rollback();
    await db.execute('BEGIN');
    await db.execute('INSERT INTO t VALUES (1)');
    await db.transaction(() => db.execute('INSERT INTO t VALUES (2)'));
    assert.equal(db.inTransaction, true);
    await db.rollback();
    assert.deepEqual(await rows(db), []);
    await db.execute('BEGIN');
    await db.execute('INSERT INTO t VALUES (3)');
    await db.commit();
    assert.deepEqual(await rows(db), [3]);
  }),
);

test(
  'transaction: a constraint that is checked at its end undoes it',
  inLoop(async () => {
    const db = await opened();
    await db.executescript(`
      CREATE TABLE p (id INTEGER PRIMARY KEY);
      CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)`);
    await assert.rejects(
      db.transaction(() => db.execute('INSERT INTO c VALUES (1)')),
      /FOREIGN KEY/,
    );
    assert.deepEqual([await db.fetchall('SELECT * FROM c'), db.inTransaction], [[], false]);
  }),
);

test(
  'transaction: a body that is none, a mode that is none',
  inLoop(async () => {
    const db = await opened();
    await assert.rejects(db.transaction(1 as never), InvalidArgumentError);
    await assert.rejects(
      db.transaction(() => {}, { mode: 'x' as never }),
      InvalidArgumentError,
    );
  }),
);

test(
  'busyTimeout: waits for the lock of another connection, and tells when it is not to be had',
  inLoop(async () => {
    const path = place();
    const one = await opened(path);
    await one.execute('CREATE TABLE t (i)');
    const other = await opened(path, { busyTimeout: 30 });
    const inside = new Event();
    const go = new Event();
    const holding = createTask(() =>
      one.transaction(async () => {
        await one.execute('INSERT INTO t VALUES (1)');
        inside.set();
        await go.wait();
      }),
    );
    await inside.wait();
    await assert.rejects(other.execute('INSERT INTO t VALUES (2)'), (error: OperationalError) => {
      assert.equal(error.sqliteErrorName, 'SQLITE_BUSY');
      return true;
    });
    const patient = await opened(path, { busyTimeout: 10_000 });
    const waiting = createTask(() => patient.execute('INSERT INTO t VALUES (3)'));
    const leaving = createTask(() => other.transaction(() => {}));
    await sleep(20);
    leaving.cancel();
    await assert.rejects(leaving);
    go.set();
    await gather(holding, waiting);
    assert.deepEqual(await other.fetchall('SELECT * FROM t'), [{ i: 1 }, { i: 3 }]);
  }),
);

test(
  'transaction: committing waits for readers, with the body done once',
  inLoop(async () => {
    const path = place();
    const writer = await opened(path, { busyTimeout: 10_000 });
    await writer.executescript('CREATE TABLE t (i); INSERT INTO t VALUES (1), (2)');
    const reader = await opened(path);
    await reader.execute('BEGIN');
    await reader.fetchall('SELECT * FROM t');
    let times = 0;
    const writing = createTask(() =>
      writer.transaction(async () => {
        times++;
        await writer.execute('INSERT INTO t VALUES (3)');
      }),
    );
    await sleep(30);
    assert.equal(writing.done(), false);
    await reader.commit();
    await writing;
    assert.deepEqual([await reader.fetchone('SELECT count(*) AS n FROM t'), times], [{ n: 3 }, 1]);
    // A cancel ends the wait, and undoes.
    await reader.execute('BEGIN');
    await reader.fetchall('SELECT * FROM t');
    const given = createTask(() => writer.transaction(() => writer.execute('INSERT INTO t VALUES (4)')));
    await sleep(30);
    given.cancel();
    await assert.rejects(given);
    await reader.rollback();
    assert.deepEqual(await writer.fetchone('SELECT count(*) AS n FROM t'), { n: 3 });
  }),
);
