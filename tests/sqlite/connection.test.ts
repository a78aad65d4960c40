import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { gather, InvalidArgumentError, run } from '../../src/asyncio.ts';
import {
  connect,
  Connection,
  DataError,
  DatabaseError,
  IntegrityError,
  OperationalError,
  ProgrammingError,
} from '../../src/sqlite/sqlite.ts';
import type { SqliteError } from '../../src/sqlite/sqlite.ts';
import { counting, inLoop, opened, place } from './opened.ts';
import { writeFileSync } from 'node:fs';

test(
  'execute: rowcount, lastrowid, description, rows',
  inLoop(async () => {
    const db = await opened();
    const made = await db.execute('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)');
    assert.deepEqual([made.rowcount, made.lastrowid, made.description], [-1, null, null]);
    const inserted = await db.execute('INSERT INTO t (text) VALUES (?), (?)', ['a', 'b']);
    assert.deepEqual([inserted.rowcount, inserted.lastrowid], [2, 2]);
    assert.deepEqual(await inserted.fetchall(), []);
    const query = await db.execute('SELECT id, text, 1 + 1 AS two FROM t ORDER BY id');
    assert.deepEqual(query.description, [
      { name: 'id', type: 'INTEGER' },
      { name: 'text', type: 'TEXT' },
      { name: 'two', type: null },
    ]);
    assert.deepEqual(await query.fetchone(), { id: 1, text: 'a', two: 2 });
    assert.deepEqual(await query.fetchone(), { id: 2, text: 'b', two: 2 });
    assert.equal(await query.fetchone(), undefined);
    assert.equal((await db.execute('UPDATE t SET text = text')).rowcount, 2);
    assert.equal((await db.execute('DELETE FROM t WHERE id = 1')).rowcount, 1);
    assert.equal((await db.execute('SELECT 1')).rowcount, -1);
  }),
);

test(
  'execute: RETURNING is done as a whole, however many of its rows are read',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (n INTEGER PRIMARY KEY)');
    const cursor = await db.execute(`INSERT INTO t ${counting(1000)} RETURNING n`);
    assert.equal(cursor.rowcount, 1000);
    assert.deepEqual(await cursor.fetchone(), { n: 1 });
    await cursor.close();
    assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM t'), { n: 1000 });
  }),
);

test(
  'parameters: by position, by number and by name',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    assert.deepEqual(await db.fetchone('SELECT ?, ?', [1, 'x']), [1, 'x']);
    assert.deepEqual(await db.fetchone('SELECT ?2, ?1', ['a', 'b']), ['b', 'a']);
    assert.deepEqual(await db.fetchone('SELECT ?1, ?1, ?', ['a', 'b']), ['a', 'a', 'b']);
    assert.deepEqual(await db.fetchone('SELECT :a, @b, $c, :a', { a: 1, b: 2, c: 3 }), [1, 2, 3, 1]);
    assert.deepEqual(await db.fetchone('SELECT :a', { ':a': 1, more: 2 }), [1]);
    assert.deepEqual(await db.fetchone('SELECT :a, ?', ['by', 'position']), ['by', 'position']);
    assert.deepEqual(
      await db.fetchone('SELECT \'?\', "?", [?], -- ?\n /* ? */ ? FROM (SELECT 1 AS "?")', ['x']),
      ['?', 1, 1, 'x'],
    );
  }),
);

test(
  'parameters: what is missing, too much or of no use is refused',
  inLoop(async () => {
    const db = await opened();
    const refuse = async (sql: string, values: unknown, message: RegExp): Promise<void> => {
      await assert.rejects(db.execute(sql, values as never), (error: Error) => {
        assert(error instanceof ProgrammingError, String(error.stack));
        assert.match(error.message, message);
        return true;
      });
    };
    await refuse('SELECT ?', [], /has 1 parameter, and was given 0 values/);
    await refuse('SELECT 1', [1], /has 0 parameters, and was given 1 value$/);
    await refuse('SELECT :a', { b: 1 }, /no value for the parameter :a/);
    await refuse('SELECT ?', { a: 1 }, /without a name/);
    await refuse('SELECT ?', [undefined], /parameter 1 cannot be undefined/);
    await refuse('SELECT ?', [{}], /parameter 1 cannot be an object \(Object\): pass JSON/);
    await refuse('SELECT ?', [[1, 2]], /parameter 1 cannot be an array: .*json_each/);
    await refuse('SELECT :a', { a: Symbol('a') }, /parameter "a" cannot be a symbol/);
    await refuse('SELECT ?', [new Date(Number.NaN)], /an invalid date/);
    await refuse('SELECT ?', 'text', /are an array, or an object/);
    await assert.rejects(db.execute('SELECT ?', [2n ** 64n]), DataError);
    await assert.rejects(db.execute(1 as never), InvalidArgumentError);
  }),
);

test(
  'values: integers, reals, text, blobs, dates and NULL, there and back',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    const back = async (value: never): Promise<unknown[]> =>
      (await db.fetchone<unknown[]>('SELECT ?1, typeof(?1)', [value])) as unknown[];
    const cases: [given: unknown, got: unknown, type: string][] = [
      [1, 1, 'integer'],
      [-0, -0, 'real'],
      [1.5, 1.5, 'real'],
      [2 ** 53, 2 ** 53, 'real'],
      [2n ** 53n + 1n, 2n ** 53n + 1n, 'integer'],
      [7n, 7, 'integer'],
      [2n ** 63n - 1n, 2n ** 63n - 1n, 'integer'],
      [-(2n ** 63n), -(2n ** 63n), 'integer'],
      [Infinity, Infinity, 'real'],
      [Number.NaN, null, 'null'],
      [true, 1, 'integer'],
      [false, 0, 'integer'],
      [null, null, 'null'],
      ['', '', 'text'],
      ['häßlich 🙂', 'häßlich 🙂', 'text'],
      [new Date(0), '1970-01-01T00:00:00.000Z', 'text'],
    ];
    for (const [given, got, type] of cases) assert.deepEqual(await back(given as never), [got, type]);
    for (const blob of [new Uint8Array([0, 1, 255]), new Uint8Array(0), Buffer.from('abc')]) {
      const [got, type] = await back(blob as never);
      assert(got instanceof Uint8Array);
      assert.deepEqual([[...got], type], [[...blob], 'blob']);
    }
    const [shared] = await back(new Uint8Array([1, 2, 3, 4]).subarray(1, 3) as never);
    assert.deepEqual([...(shared as Uint8Array)], [2, 3]);
    const [words] = await back(new Uint16Array([1, 2]) as never);
    assert.equal((words as Uint8Array).byteLength, 4);
  }),
);

test(
  'integers: always numbers, or always bigints',
  inLoop(async () => {
    const numbers = await opened(':memory:', { integers: 'number' });
    assert.deepEqual(await numbers.fetchone('SELECT 1 AS a, 9007199254740993 AS b'), {
      a: 1,
      b: 9007199254740992,
    });
    const bigints = await opened(':memory:', { integers: 'bigint' });
    assert.deepEqual(await bigints.fetchone('SELECT 1 AS a, 1.0 AS b'), { a: 1n, b: 1 });
  }),
);

test(
  'converters: by the first word of the declared type',
  inLoop(async () => {
    const db = await opened(':memory:', { converters: { timestamp: (text) => new Date(String(text)) } });
    await db.execute('CREATE TABLE t (at TIMESTAMP(3), none TIMESTAMP, n INTEGER)');
    const now = new Date();
    await db.execute('INSERT INTO t VALUES (?, NULL, 1)', [now]);
    assert.deepEqual(await db.fetchone('SELECT * FROM t'), { at: now, none: null, n: 1 });
  }),
);

test(
  'rows: objects, arrays, columns of the same name, a column called __proto__',
  inLoop(async () => {
    const db = await opened();
    const sql = 'SELECT 1 AS a, 2 AS a, 3 AS "__proto__"';
    const row = await db.fetchone(sql);
    assert.deepEqual(Object.entries(row ?? {}), [
      ['a', 2],
      ['__proto__', 3],
    ]);
    assert.deepEqual(await db.fetchall(sql, [], { rows: 'array' }), [[1, 2, 3]]);
  }),
);

test(
  'Cursor: fetchmany, fetchall and iteration go on where the one before stopped',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    const cursor = await db.execute<[number]>(counting(3000));
    assert.deepEqual(await cursor.fetchmany(2), [[1], [2]]);
    assert.equal((await cursor.fetchmany(1500)).length, 1500);
    for await (const [i] of cursor) {
      assert.equal(i, 1503);
      break;
    }
    assert.deepEqual(await cursor.fetchall(), []);
    const all = await db.fetchall<[number]>(counting(5000));
    assert.deepEqual(
      all.map(([i]) => i),
      Array.from({ length: 5000 }, (_, at) => at + 1),
    );
    assert.deepEqual(await (await db.execute('SELECT 1 WHERE 0')).fetchall(), []);
  }),
);

test(
  'Cursor: other statements run while one is read',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER PRIMARY KEY, twice INTEGER)');
    await db.execute(`INSERT INTO t (i) ${counting(3000)}`);
    let read = 0;
    for await (const { i } of db.iterate<{ i: number }>('SELECT i FROM t')) {
      read++;
      if (i % 1000 === 1) await db.execute('UPDATE t SET twice = ? WHERE i = ?', [2 * i, i]);
    }
    assert.equal(read, 3000);
    assert.deepEqual(await db.fetchone('SELECT sum(twice) AS sum FROM t'), { sum: 2 * (1 + 1001 + 2001) });
    // The same statement twice at once.
    const [first, second] = [await db.execute(counting(1000)), await db.execute(counting(1000))];
    assert.equal((await first.fetchall()).length + (await second.fetchall()).length, 2000);
  }),
);

test(
  'Cursor: tasks that read it at once get each row once',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    const cursor = await db.execute<[number]>(counting(5000));
    const one = async (): Promise<number[]> => {
      const seen: number[] = [];
      for (let row = await cursor.fetchone(); row !== undefined; row = await cursor.fetchone())
        seen.push(row[0]);
      return seen;
    };
    const all = await gather(one, one, async () => (await cursor.fetchmany(700)).map(([i]) => i), one);
    assert.deepEqual(
      all.flat().sort((some, other) => some - other),
      Array.from({ length: 5000 }, (_, at) => at + 1),
    );
  }),
);

test(
  'Cursor: one that was closed lets go of the database',
  inLoop(async () => {
    const path = place();
    const db = await opened(path);
    await db.execute('CREATE TABLE t (i INTEGER)');
    await db.execute(`INSERT INTO t ${counting(5000)}`);
    const other = await opened(path, { busyTimeout: 0 });
    const cursor = await db.execute('SELECT i FROM t');
    await assert.rejects(other.execute('DELETE FROM t'), OperationalError);
    await cursor.close();
    await db.fetchone('SELECT 1 AS a');
    assert.equal((await other.execute('DELETE FROM t')).rowcount, 5000);
  }),
);

test(
  'executemany: all sets, from an iterable or an async one, or none',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER UNIQUE)');
    const many = Array.from({ length: 1000 }, (_, i) => [i]);
    assert.equal((await db.executemany('INSERT INTO t VALUES (?)', many)).rowcount, 1000);
    const later = async function* (): AsyncGenerator<{ i: number }> {
      yield { i: 2000 };
      yield { i: 2001 };
    };
    assert.equal((await db.executemany('INSERT INTO t VALUES (:i)', later())).rowcount, 2);
    await assert.rejects(db.executemany('INSERT INTO t VALUES (?)', [[3000], [3001], [5]]), IntegrityError);
    assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM t'), { n: 1002 });
    assert.equal((await db.executemany('INSERT INTO t VALUES (?)', [])).rowcount, 0);
    await assert.rejects(db.executemany('SELECT ?', [[1]]), ProgrammingError);
    const broken = function* (): Generator<number[]> {
      yield [4000];
      throw new Error('no more');
    };
    await assert.rejects(db.executemany('INSERT INTO t VALUES (?)', broken()), /no more/);
    assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM t'), { n: 1002 });
  }),
);

test(
  'executescript: statements in turn, triggers, comments, rows that are dropped',
  inLoop(async () => {
    const db = await opened();
    await db.executescript(`
      -- a comment; with a semicolon
      CREATE TABLE t (i INTEGER, text TEXT DEFAULT ';'); /* ; */
      CREATE TABLE log (i INTEGER);;
      CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN
        INSERT INTO log VALUES (new.i);
        INSERT INTO log SELECT CASE WHEN new.i > 1 THEN 1 ELSE 0 END;
      END;
      INSERT INTO t (i) VALUES (1), (2);
      SELECT * FROM t;
      UPDATE t SET i = i + 1 RETURNING i
    `);
    assert.deepEqual(await db.fetchall('SELECT * FROM t'), [
      { i: 2, text: ';' },
      { i: 3, text: ';' },
    ]);
    assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM log'), { n: 4 });
    await assert.rejects(db.executescript('SELECT 1; nonsense; SELECT 2'), OperationalError);
    await assert.rejects(db.executescript('SELECT ?'), ProgrammingError);
    await db.executescript('  -- nothing\n');
  }),
);

test(
  'execute: one statement, and not none or two',
  inLoop(async () => {
    const db = await opened();
    await assert.rejects(db.execute('SELECT 1; SELECT 2'), /one statement at a time/);
    await assert.rejects(db.execute(' -- nothing'), ProgrammingError);
    assert.deepEqual(await db.fetchone('SELECT 1 AS a; -- the end'), { a: 1 });
  }),
);

test(
  'prepare: is checked at once, tells columns and parameters, and is used again',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER, text TEXT)');
    await assert.rejects(db.prepare('SELECT nothing FROM t'), OperationalError);
    const insert = await db.prepare('INSERT INTO t VALUES (?, ?)');
    assert.deepEqual([insert.parameters, insert.columns], [2, []]);
    await insert.executemany([
      [1, 'a'],
      [2, 'b'],
    ]);
    await insert.execute([3, 'c']);
    const query = await db.prepare<[string]>('SELECT text FROM t WHERE i >= ?', { rows: 'array' });
    assert.deepEqual(await query.fetchall([2]), [['b'], ['c']]);
    assert.deepEqual(await query.fetchone([1]), ['a']);
    for await (const row of query.iterate([3])) assert.deepEqual(row, ['c']);
    await db.execute('ALTER TABLE t ADD COLUMN more');
    const all = await db.prepare('SELECT * FROM t');
    assert.deepEqual(await all.fetchone(), { i: 1, text: 'a', more: null });
    await db.execute('ALTER TABLE t RENAME COLUMN more TO less');
    assert.deepEqual(await all.fetchone(), { i: 1, text: 'a', less: null });
  }),
);

test(
  'errors: the class of Python, the code of SQLite, the statement',
  inLoop(async () => {
    const db = await opened();
    await db.executescript(`
      CREATE TABLE p (id INTEGER PRIMARY KEY);
      CREATE TABLE t (u UNIQUE, n NOT NULL DEFAULT 1, c CHECK (c > 0), p REFERENCES p);
      INSERT INTO t (u) VALUES (1)`);
    const tell = async (sql: string, kind: typeof SqliteError, name: string): Promise<void> => {
      await assert.rejects(db.execute(sql), (error: SqliteError) => {
        assert.equal(error.constructor, kind, String(error.stack));
        assert.deepEqual([error.sqliteErrorName, error.sql, error.code], [name, sql, 'ERR_SQLITE']);
        assert.equal(error.name, kind.name);
        return true;
      });
    };
    await tell('INSERT INTO t (u) VALUES (1)', IntegrityError, 'SQLITE_CONSTRAINT_UNIQUE');
    await tell('INSERT INTO t (n) VALUES (NULL)', IntegrityError, 'SQLITE_CONSTRAINT_NOTNULL');
    await tell('INSERT INTO t (c) VALUES (0)', IntegrityError, 'SQLITE_CONSTRAINT_CHECK');
    await tell('INSERT INTO t (p) VALUES (9)', IntegrityError, 'SQLITE_CONSTRAINT_FOREIGNKEY');
    await tell("INSERT INTO p VALUES ('x')", IntegrityError, 'SQLITE_MISMATCH');
    await tell('SELECT * FROM nowhere', OperationalError, 'SQLITE_ERROR');
    await tell('SELEC 1', OperationalError, 'SQLITE_ERROR');
  }),
);

test('connect: what cannot be opened is told at once', async () => {
  await run(async () => {
    await assert.rejects(connect('/nowhere/at/all.db'), (error: SqliteError) => {
      assert(error instanceof OperationalError);
      assert.equal(error.sqliteErrorName, 'SQLITE_CANTOPEN');
      assert.match(error.message, /: \/nowhere\/at\/all\.db$/);
      return true;
    });
    for (const options of [
      { rows: 'x' },
      { busyTimeout: -1 },
      { worker: 'x' },
      { integers: 'x' },
      { setup: 1 },
    ])
      await assert.rejects(connect(':memory:', options as never), InvalidArgumentError);
    await assert.rejects(connect(1 as never), InvalidArgumentError);
    await assert.rejects(connect(':memory:', { setup: 'nonsense' }), OperationalError);
  });
});

test(
  'errors: a statement that failed at a row can be executed again',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER UNIQUE)');
    const insert = 'INSERT INTO t VALUES (?) RETURNING i';
    assert.deepEqual(await db.fetchone(insert, [1]), { i: 1 });
    await assert.rejects(db.execute(insert, [1]), IntegrityError);
    assert.deepEqual(await db.fetchone(insert, [2]), { i: 2 });
  }),
);

test(
  'connect: a file that is no database, and one for reading only',
  inLoop(async () => {
    writeFileSync(place('text.db'), 'x'.repeat(5000));
    await assert.rejects(connect(place('text.db')), (error: SqliteError) => {
      assert.equal(error.constructor, DatabaseError);
      assert.equal(error.sqliteErrorName, 'SQLITE_NOTADB');
      return true;
    });
    await assert.rejects(connect(place('none.db'), { readOnly: true }), OperationalError);
    const db = await opened(place());
    await db.execute('CREATE TABLE t (i)');
    const reader = await opened(place(), { readOnly: true });
    await assert.rejects(reader.execute('INSERT INTO t VALUES (1)'), /readonly/);
    assert.deepEqual(await reader.transaction(() => reader.fetchall('SELECT * FROM t')), []);
  }),
);

test(
  'Connection: tasks get it in the order in which they asked',
  inLoop(async () => {
    const db = await opened();
    await db.execute('CREATE TABLE t (i INTEGER)');
    await gather(Array.from({ length: 50 }, (_, i) => () => db.execute('INSERT INTO t VALUES (?)', [i])));
    const rows = await db.fetchall<[number]>('SELECT i FROM t ORDER BY rowid', [], { rows: 'array' });
    assert.deepEqual(
      rows.map(([i]) => i),
      Array.from({ length: 50 }, (_, i) => i),
    );
  }),
);

test(
  'Connection: after close, and closed twice',
  inLoop(async () => {
    const db = await opened();
    const cursor = await db.execute(counting(5000));
    await db.close();
    await db.close();
    assert.equal(db.closed, true);
    await assert.rejects(db.execute('SELECT 1'), /is closed/);
    await assert.rejects(cursor.fetchall(), /is closed/);
    await assert.rejects(
      db.transaction(() => {}),
      ProgrammingError,
    );
  }),
);

test('Connection: one that is left open ends with the loop', async () => {
  const left = await run(async () => await connect(':memory:'));
  assert.equal(left.closed, true);
});

test(
  'foreignKeys, setup: as asked for',
  inLoop(async () => {
    const db = await opened(':memory:', { foreignKeys: false, setup: 'PRAGMA user_version = 7' });
    assert.deepEqual(await db.fetchone('PRAGMA foreign_keys'), { foreign_keys: 0 });
    assert.deepEqual(await db.fetchone('PRAGMA user_version'), { user_version: 7 });
    assert(db instanceof Connection);
  }),
);

test(
  'Connection: prints where it is connected and how it stands',
  inLoop(async () => {
    const db = await opened();
    assert.equal(inspect(db), '<Connection :memory:>');
    await db.transaction(() => assert.equal(inspect(db), '<Connection :memory: in a transaction>'));
    await db.close();
    assert.equal(inspect(db), '<Connection :memory: closed>');
  }),
);
