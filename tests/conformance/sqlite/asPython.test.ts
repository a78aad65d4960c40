// What CPython's test_sqlite3 and aiosqlite's suite ask, asked of connections here, as far as tests/sqlite does not.

import '../../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createTask, gather, sleep } from '../../../src/asyncio.ts';
import {
  connect,
  Connection,
  DataError,
  IntegrityError,
  OperationalError,
  ProgrammingError,
  SqliteError,
} from '../../../src/sqlite/sqlite.ts';
import * as sqlite from '../../../src/sqlite/sqlite.ts';
import { onDeno } from '../../commandLine.ts';
import { counting, inLoop, opened, place } from '../../sqlite/opened.ts';

test('errors: the classes stand above each other as in the DB-API', () => {
  const { DatabaseError, InterfaceError, InternalError, NotSupportedError } = sqlite;
  for (const type of [InterfaceError, DatabaseError])
    assert.equal(Object.getPrototypeOf(type), SqliteError);
  const below = [
    DataError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
  ];
  for (const type of below) assert.equal(Object.getPrototypeOf(type), DatabaseError);
});

test(
  'rowcount: of each verb, behind comments, of VACUUM, REPLACE and RETURNING',
  inLoop(async () => {
    const db = await opened();
    const rowcount = async (sql: string): Promise<number> => (await db.execute(sql)).rowcount;
    await db.executescript(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, UNIQUE (name)); INSERT INTO t VALUES (1, 'a')",
    );
    assert.equal(await rowcount("INSERT INTO t (name) VALUES ('b'), ('c')"), 2);
    assert.equal(await rowcount("/* one */ -- two\n UPDATE t SET name = name || '!'"), 3);
    assert.equal(await rowcount("REPLACE INTO t (name) VALUES ('a!')"), 1);
    assert.equal(await rowcount('SELECT * FROM t'), -1);
    assert.equal(await rowcount('VACUUM'), -1);
    assert.equal(
      await rowcount('WITH x(id) AS (SELECT 2) DELETE FROM t WHERE id IN (SELECT id FROM x)'),
      1,
    );
    assert.equal(await rowcount('UPDATE t SET name = id RETURNING id'), 2);
    assert.equal(await rowcount('PRAGMA user_version'), -1);
  }),
);

test(
  'lastrowid: of INSERT and REPLACE, with OR IGNORE and OR REPLACE, of a large rowid',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT UNIQUE)');
    const lastrowid = async (sql: string): Promise<unknown> => (await db.execute(sql)).lastrowid;
    assert.equal(await lastrowid("INSERT INTO t (u) VALUES ('a')"), 1);
    assert.equal(await lastrowid("INSERT OR IGNORE INTO t (u) VALUES ('a')"), 1);
    assert.equal(await lastrowid("REPLACE INTO t (u) VALUES ('a')"), 2);
    assert.equal(await lastrowid("INSERT OR REPLACE INTO t (u) VALUES ('a')"), 3);
    assert.equal(await lastrowid('SELECT 1'), null);
    assert.equal(await lastrowid("INSERT INTO t VALUES (9007199254740993, 'b')"), 9007199254740993n);
  }),
);

test(
  'ON CONFLICT: rollback, abort, fail, ignore and replace, in a transaction and outside',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.execute('CREATE TABLE t (u TEXT UNIQUE)');
    const all = async (): Promise<unknown> =>
      (await db.fetchall<[string]>('SELECT u FROM t')).map(([u]) => u);
    await db.execute("INSERT INTO t VALUES ('a')");
    for (const how of ['ROLLBACK', 'ABORT', 'FAIL'])
      await assert.rejects(db.execute(`INSERT OR ${how} INTO t VALUES ('a')`), IntegrityError);
    assert.equal((await db.execute("INSERT OR IGNORE INTO t VALUES ('a')")).rowcount, 0);
    await db.execute("INSERT OR REPLACE INTO t VALUES ('a')");
    await db.execute('BEGIN');
    await db.execute("INSERT INTO t VALUES ('b')");
    await assert.rejects(db.execute("INSERT OR ROLLBACK INTO t VALUES ('a')"), IntegrityError);
    assert.equal(db.inTransaction, false);
    assert.deepEqual(await all(), ['a']);
    // A transaction that SQLite has ended by itself cannot be kept.
    await assert.rejects(
      db.transaction(async () => {
        await db.execute("INSERT OR ROLLBACK INTO t VALUES ('a')").catch(() => {});
      }),
      OperationalError,
    );
    assert.deepEqual(await all(), ['a']);
  }),
);

test(
  'text: NUL characters, surrogates, a statement that is long, names of columns with spaces',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    const [text, ...rest] = (await db.fetchone<unknown[]>('SELECT ?, length(?1), hex(?1)', ['a\0b'])) ?? [];
    // Deno and Node 22 read a text up to its first NUL.
    const cut = onDeno || process.versions.node.startsWith('22.');
    assert.deepEqual([text, rest], [cut ? 'a' : 'a\0b', [1, '610062']]);
    for (const half of ['\ud8ff', '\udcff', 'x\ud83dy'])
      await assert.rejects(db.execute('SELECT ?', [half]), DataError);
    assert.deepEqual(await db.fetchone('SELECT ?', ['🙂'.repeat(1000)]), ['🙂'.repeat(1000)]);
    const long = 'x'.repeat(300_000);
    assert.deepEqual(await db.fetchone(`SELECT '${long}'`), [long]);
    const { description } = await db.execute('SELECT 1 AS "foo bar [datetime]", 2 AS "foo baz"');
    assert.deepEqual(
      description?.map(({ name }) => name),
      ['foo bar [datetime]', 'foo baz'],
    );
    const cte = await db.execute('WITH one AS (SELECT 1 AS a, 2 AS b) SELECT * FROM one');
    assert.deepEqual(
      cte.description?.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual((await db.execute('SELECT 1 AS a WHERE 0')).description, [{ name: 'a', type: null }]);
  }),
);

test(
  'fetchone, fetchmany, fetchall: after the end, before any statement of rows, with sizes',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.execute('CREATE TABLE t (i)');
    const none = await db.execute('INSERT INTO t VALUES (1), (2), (3)');
    assert.deepEqual(
      [await none.fetchone(), await none.fetchmany(5), await none.fetchall()],
      [undefined, [], []],
    );
    const some = await db.execute('SELECT i FROM t');
    assert.deepEqual(await some.fetchmany(), [[1]]);
    assert.deepEqual(await some.fetchmany(100), [[2], [3]]);
    assert.deepEqual(await some.fetchmany(100), []);
    assert.deepEqual([await some.fetchone(), await some.fetchall()], [undefined, []]);
    assert.deepEqual(await some.fetchmany(0), []);
    await some.close();
    await some.close();
  }),
);

test(
  'cursors: a rollback ends those that read, and repeats no row',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.execute('CREATE TABLE t (i)');
    await db.execute('BEGIN');
    await db.execute(`INSERT INTO t ${counting(1000)}`);
    const cursor = await db.execute<[number]>('SELECT i FROM t');
    const first = await cursor.fetchmany(200);
    await db.rollback();
    const rest = await cursor.fetchall().catch((error: unknown) => {
      assert(error instanceof OperationalError, String(error));
      return [];
    });
    assert.equal(new Set([...first, ...rest].map(([i]) => i)).size, first.length + rest.length);
    assert.deepEqual(await db.fetchone('SELECT count(*) FROM t'), [0]);
  }),
);

test(
  'cursors: a commit leaves those that read alone',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.execute('CREATE TABLE t (i)');
    await db.execute(`INSERT INTO t ${counting(1000)}`);
    const cursor = await db.execute<[number]>('SELECT i FROM t ORDER BY i');
    await db.transaction(() => db.execute('INSERT INTO t VALUES (0)'));
    assert.deepEqual((await cursor.fetchall()).length >= 1000, true);
  }),
);

test(
  'statements that make and drop tables work in a transaction, and are undone',
  inLoop(async () => {
    const db = await opened();
    await assert.rejects(
      db.transaction(async () => {
        await db.execute('CREATE TABLE t (i)');
        await db.execute('INSERT INTO t VALUES (1)');
        throw new Error('no');
      }),
    );
    await assert.rejects(db.execute('SELECT * FROM t'), /no such table/);
    await db.execute('CREATE TABLE t (i)');
    assert.equal(db.inTransaction, false);
    await db.execute('DROP TABLE t');
    await db.execute('PRAGMA user_version = 3');
    assert.deepEqual(await db.fetchone('PRAGMA user_version'), { user_version: 3 });
    await assert.rejects(
      db.transaction(() => db.execute('VACUUM')),
      OperationalError,
    );
  }),
);

test(
  'functions: NaN, no bytes, integers out of range, defined anew, errors that leave the connection whole',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.createFunction('nan', () => Number.NaN);
    await db.createFunction('no_bytes', () => new Uint8Array(0));
    await db.createFunction('large', () => 2n ** 63n - 1n);
    await db.createFunction('too_large', () => 2n ** 64n);
    await db.createFunction('text', () => 'a\0b');
    const row =
      (await db.fetchone<unknown[]>(
        'SELECT nan(), typeof(no_bytes()), large(), length(text()), hex(text())',
      )) ?? [];
    assert.deepEqual(row, [null, 'blob', 9223372036854775807n, 1, '610062']);
    await assert.rejects(db.execute('SELECT too_large()'), SqliteError);
    await db.createFunction('it', () => 1);
    await db.createFunction('it', () => 2);
    assert.deepEqual(await db.fetchone('SELECT it()'), [2]);
    await db.createFunction('one', (n) => n, { parameters: 1, deterministic: true });
    await db.execute('CREATE TABLE t (i)');
    await db.execute('CREATE INDEX by_one ON t (one(i))');
    await db.createFunction('two', (n) => n, { parameters: 1 });
    await assert.rejects(db.execute('CREATE INDEX by_two ON t (two(i))'), /non-deterministic/);
  }),
);

test(
  'aggregates: errors in each of their steps, no row, text',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.createAggregate('fails_at_step', () => ({
      step: () => {
        throw new Error('step');
      },
      finalize: () => 1,
    }));
    await db.createAggregate('fails_at_end', () => ({
      step: () => {},
      finalize: () => {
        throw new Error('end');
      },
    }));
    await assert.rejects(db.execute('SELECT fails_at_step(1)'), /Error: step/);
    await assert.rejects(db.execute('SELECT fails_at_end(1)'), /Error: end/);
    await assert.rejects(
      db.createAggregate('fails_at_once', () => {
        throw new Error('once');
      }),
      /Error: once/,
    );
    await db.createAggregate('joined', () => {
      let all = '';
      return { step: (text) => void (all += String(text)), finalize: () => all };
    });
    assert.deepEqual(await db.fetchone("SELECT joined(column1) FROM (VALUES ('a'), ('b'))"), ['ab']);
    assert.deepEqual(await db.fetchone('SELECT joined(1) WHERE 0'), ['']);
  }),
);

test(
  'aiosqlite: several connections and several queries at once, a cursor of a closed connection',
  inLoop(async () => {
    const path = place();
    const db = await connect(path);
    assert(db instanceof Connection);
    await db.execute('CREATE TABLE t (i INTEGER PRIMARY KEY, k INTEGER)');
    const one = async (k: number): Promise<void> => {
      const own = await connect(path);
      await own.execute('INSERT INTO t (k) VALUES (?)', [k]);
      await own.close();
    };
    await gather([1, 2, 3].map((k) => () => one(k)));
    await gather([4, 5, 6].map((k) => () => db.execute('INSERT INTO t (k) VALUES (?)', [k])));
    assert.equal((await db.fetchall('SELECT * FROM t')).length, 6);
    const cursor = await db.execute(counting(10_000));
    const readers = Array.from({ length: 10 }, () => createTask(() => cursor.fetchone()));
    const closing = createTask(() => db.close());
    const late = Array.from({ length: 10 }, () => createTask(() => cursor.fetchall()));
    await closing;
    for (const task of [...readers, ...late])
      await task.catch((error: unknown) => assert(error instanceof SqliteError, String(error)));
    await assert.rejects(db.execute('SELECT 1'), ProgrammingError);
    await assert.rejects(
      db.createFunction('f', () => 1),
      ProgrammingError,
    );
    await assert.rejects(db.backup(place('copy.db')), ProgrammingError);
    await assert.rejects(db.rollback(), ProgrammingError);
    await db.commit();
    db.interrupt();
    await sleep(0);
  }),
);
