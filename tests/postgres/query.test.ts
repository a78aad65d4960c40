// Queries: what goes out and comes back, what is refused and how.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { InvalidArgumentError, sleep, taskGroup, TimeoutError } from '../../src/asyncio.ts';
import {
  connect,
  DataError,
  DivisionByZeroError,
  IntegrityConstraintViolationError,
  InterfaceError,
  InvalidCachedStatementError,
  listen,
  ParameterError,
  PostgresError,
  PostgresSyntaxError,
  quoteIdentifier,
  UndefinedTableError,
  UniqueViolationError,
} from '../../src/postgres/postgres.ts';
import type { ServerReport } from '../../src/postgres/postgres.ts';
import { startPostgres } from '../services/postgres.ts';
import { testConnected, testInLoop } from './inPostgres.ts';

const postgres = startPostgres();

testConnected(
  postgres,
  'fetch, fetchRow, fetchValue and execute return what asyncpg does',
  async (connection) => {
    const query = 'SELECT n, n * n AS square FROM generate_series(1, $1::int) AS n';
    assert.deepEqual(await connection.fetch(query, [2]), [
      { n: 1, square: 1 },
      { n: 2, square: 4 },
    ]);
    assert.deepEqual(await connection.fetchRow(query, [2]), { n: 1, square: 1 });
    assert.equal(await connection.fetchValue(query, [2]), 1);
    assert.deepEqual(await connection.fetch(query, [0]), []);
    assert.equal(await connection.fetchRow(query, [0]), undefined);
    assert.equal(await connection.fetchValue(query, [0]), undefined);
    assert.equal(await connection.fetchValue('SELECT NULL'), null);
    assert.equal(await connection.execute('SELECT 42'), 'SELECT 1');
    assert.deepEqual(await connection.fetch(''), []);
  },
);

testConnected(
  postgres,
  'prepared statements, cursors and listeners print what they are',
  async (connection) => {
    const statement = await connection.prepare('SELECT 1\n  AS one');
    assert.equal(inspect(statement), '<PreparedStatement SELECT 1 AS one>');
    await statement.close();
    assert.equal(inspect(statement), '<PreparedStatement SELECT 1 AS one closed>');
    await connection.transaction(async () => {
      const cursor = connection.cursor(`SELECT '${'x'.repeat(80)}'`);
      assert.match(inspect(cursor), /^<Cursor SELECT 'x{51}… new>$/);
    });
    const listener = await listen(['a', 'b'], postgres.url);
    assert.equal(inspect(listener), '<Listener a, b connected waiting=0>');
    await listener.close();
    assert.equal(inspect(listener), '<Listener a, b closed waiting=0>');
  },
);

testConnected(postgres, 'execute without arguments runs a script, all or nothing', async (connection) => {
  const script = `
    CREATE TABLE script(a int);
    INSERT INTO script(a) SELECT * FROM generate_series(0, 9);
    -- a comment; with a semicolon
    UPDATE script SET a = a + 1 WHERE a > 4;`;
  assert.equal(await connection.execute(script), 'UPDATE 5');
  await assert.rejects(connection.execute('DELETE FROM script; SELECT 1/0'), DivisionByZeroError);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM script'), 10);
  assert.equal(connection.isInTransaction, false);
});

testConnected(postgres, 'values of each kind come back as they went', async (connection) => {
  const cases: [string, unknown, unknown?][] = [
    ['int', 7],
    ['int8', 2 ** 52],
    ['int8', 2n ** 40n, 2 ** 40],
    ['float8', 0.1],
    ['float8', Number.NEGATIVE_INFINITY],
    ['numeric', '12345678901234567890.123'],
    ['bool', true],
    ['text', 'it\'s \\ "quoted" \u{1f600} \n'],
    ['text', ''],
    ['bytea', Buffer.from([0, 255, 39, 92])],
    ['json', { a: [1, null, 'x'], b: { c: true } }],
    ['jsonb', [1, { two: 2 }]],
    ['json', '"text"', 'text'],
    ['timestamptz', new Date('2026-11-27T14:26:01.123Z')],
    ['timestamp', new Date('2026-07-01T00:00:00.001Z')],
    ['timestamptz', new Date('0044-03-15T12:00:00Z')],
    ['timestamptz', new Date('-000043-03-15T12:00:00Z')],
    ['int[]', [1, null, 3]],
    ['int[]', []],
    ['int8[]', [1, 2 ** 50]],
    ['text[]', ['a,b', '{c}', 'NULL', '', '"', '\\', null]],
    [
      'text[]',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['json[]', [{ a: 1 }, [2]]],
    ['bytea[]', [Buffer.from([1, 0])]],
    ['timestamptz[]', [new Date(0)]],
    ['uuid', '0f2bfa5c-0ac1-4d5c-8f0c-3f6e3c9e1a11'],
    ['text', null],
  ];
  for (const [type, value, back] of cases) {
    assert.deepEqual(
      await connection.fetchValue(`SELECT $1::${type}`, [value]),
      back ?? value,
      `${type}: ${value}`,
    );
  }
});

testConnected(
  postgres,
  'a whole number that is no exact number is an error; a codec reads it',
  async (connection) => {
    const query = 'SELECT 9007199254740993::int8 AS n, ARRAY[9007199254740993] AS many';
    await assert.rejects(connection.fetch(query), RangeError);
    await assert.rejects(connection.fetch('SELECT ARRAY[9007199254740993] AS many'), RangeError);
    assert.equal(await connection.fetchValue('SELECT 1'), 1);
    await connection.setTypeCodec('int8', { encode: String, decode: BigInt });
    assert.deepEqual(await connection.fetch(query), [{ n: 2n ** 53n + 1n, many: [2n ** 53n + 1n] }]);
    assert.equal(await connection.fetchValue('SELECT $1::int8', [5n]), 5n);
  },
);

testConnected(postgres, 'a column is a property of its row, whatever its name', async (connection) => {
  const row = await connection.fetchRow(
    'SELECT 1 AS "__proto__", 2 AS "toString", NULL AS "?", 3 AS a, 4 AS a',
  );
  assert.deepEqual(Object.entries(row ?? {}), [
    ['__proto__', 1],
    ['toString', 2],
    ['?', null],
    ['a', 4],
  ]);
});

testConnected(postgres, 'setTypeCodec for a type of the program', async (connection) => {
  await connection.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')");
  await connection.setTypeCodec<{ mood: string }>('mood', {
    encode: (value) => value.mood,
    decode: (mood) => ({ mood }),
  });
  assert.deepEqual(await connection.fetchValue('SELECT $1::mood', [{ mood: 'glad' }]), { mood: 'glad' });
  assert.deepEqual(await connection.fetchValue('SELECT $1::mood[]', [[{ mood: 'sad' }, null]]), [
    { mood: 'sad' },
    null,
  ]);
  await assert.rejects(
    connection.setTypeCodec('no_such_type', { encode: String, decode: String }),
    PostgresError,
  );
});

testConnected(postgres, 'arguments are never part of the query', async (connection) => {
  await connection.execute('CREATE TABLE people(name text)');
  const nasty = ["'; DROP TABLE people; --", '$1', "\\'; SELECT 1", '"', "E'\\000'"];
  for (const name of nasty) {
    await connection.execute('INSERT INTO people VALUES ($1)', [name]);
    assert.equal(await connection.fetchValue('SELECT count(*) FROM people WHERE name = $1', [name]), 1);
  }
  await connection.copyRecordsToTable('people', { records: nasty.map((name) => [name]) });
  assert.equal(await connection.fetchValue('SELECT count(*) FROM people'), 2 * nasty.length);
  const table = 'a"; DROP TABLE people; --';
  await connection.execute(`CREATE TABLE ${quoteIdentifier(table)}(${quoteIdentifier('SELECT')} int)`);
  await connection.copyRecordsToTable(table, { records: [[1]], columns: ['SELECT'] });
  assert.deepEqual(await connection.fetch(`SELECT * FROM ${quoteIdentifier('public', table)}`), [
    { SELECT: 1 },
  ]);
  await assert.rejects(connection.fetch('SELECT 1\0; DROP TABLE people'), InvalidArgumentError);
  assert.throws(() => quoteIdentifier('a\0b'), InvalidArgumentError);
  assert.throws(() => quoteIdentifier(''), InvalidArgumentError);
});

testConnected(
  postgres,
  'arguments that can not be sent are refused, and the connection goes on',
  async (connection) => {
    const refused: [string, unknown[], string][] = [
      ['SELECT $1::text', [undefined], 'undefined'],
      ['SELECT $1::text', [{ a: 1 }], 'json'],
      ['SELECT $1::text', [Symbol('x')], 'symbol'],
      ['SELECT $1::text', [() => 1], 'function'],
      ['SELECT $1::timestamptz', [new Date(Number.NaN)], 'invalid'],
    ];
    for (const [query, args, word] of refused) {
      await assert.rejects(connection.fetch(query, args), (error: unknown) => {
        assert.ok(error instanceof ParameterError && error.parameter === 1);
        assert.match(error.message, new RegExp(word));
        return true;
      });
      assert.equal(await connection.fetchValue('SELECT 1'), 1);
    }
    await assert.rejects(
      connection.fetch('SELECT $1::int + $2::int', [1]),
      /has 2 parameters, and 1 argument was given/,
    );
    await assert.rejects(connection.execute('SELECT 1', [1]), InterfaceError);
    await assert.rejects(connection.fetch('SELECT $1::int', ['x']), DataError);
    await assert.rejects(connection.fetch('SELECT $1::text', 'x' as never), InvalidArgumentError);
    await assert.rejects(connection.fetch(7 as never), InvalidArgumentError);
    assert.equal(await connection.fetchValue('SELECT 1'), 1);
  },
);

testConnected(
  postgres,
  'errors have the class, state and fields of the report, and the stack of the caller',
  async (connection) => {
    await connection.execute('CREATE TABLE uniq(id int CONSTRAINT only_one PRIMARY KEY)');
    await connection.execute('INSERT INTO uniq VALUES (1)');
    const error: unknown = await connection
      .execute('INSERT INTO uniq VALUES ($1)', [1])
      .catch((e: unknown) => e);
    assert.ok(error instanceof UniqueViolationError && error instanceof IntegrityConstraintViolationError);
    const { sqlstate, code, constraintName, tableName, schemaName, detail, name, severity } = error;
    assert.deepEqual(
      { sqlstate, code, constraintName, tableName, schemaName, detail, name, severity },
      {
        sqlstate: '23505',
        code: '23505',
        constraintName: 'only_one',
        tableName: 'uniq',
        schemaName: 'public',
        detail: 'Key (id)=(1) already exists.',
        name: 'UniqueViolationError',
        severity: 'ERROR',
      },
    );
    const failing = async function theCaller(): Promise<void> {
      await connection.fetch('SELECT * FROM nowhere');
    };
    await assert.rejects(failing(), (missing: unknown) => {
      assert.ok(missing instanceof UndefinedTableError);
      assert.equal(missing.position, 15);
      assert.match(missing.stack ?? '', /theCaller/);
      return true;
    });
    await assert.rejects(connection.fetch('SELEC 1'), PostgresSyntaxError);
    // A state without a class of its own is an error of its kind.
    await assert.rejects(connection.fetch("SELECT 'x'::date"), DataError);
  },
);

testConnected(
  postgres,
  'a second operation meanwhile is refused, and the first goes on',
  async (connection) => {
    const [first, second] = await Promise.allSettled([
      connection.fetchValue("SELECT 'first' FROM pg_sleep(0.02)"),
      connection.fetchValue("SELECT 'second'"),
    ]);
    assert.deepEqual(first, { status: 'fulfilled', value: 'first' });
    assert.ok(second.status === 'rejected' && second.reason instanceof InterfaceError);
    await connection.close();
    await assert.rejects(connection.fetch('SELECT 1'), /is closed/);
    await connection.close();
  },
);

testConnected(postgres, 'executeMany runs all or nothing', async (connection) => {
  await connection.execute('CREATE TABLE exmany(a text, b int PRIMARY KEY)');
  const count = async (): Promise<unknown> => await connection.fetchValue('SELECT count(*) FROM exmany');
  const insert = 'INSERT INTO exmany VALUES ($1, $2)';
  await connection.executeMany(insert, [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  await connection.executeMany(insert, []);
  assert.equal(await count(), 3);
  // The server refuses one.
  await assert.rejects(
    connection.executeMany(insert, [
      ['d', 4],
      ['e', 1],
      ['f', 5],
    ]),
    UniqueViolationError,
  );
  // One can't be sent.
  await assert.rejects(
    connection.executeMany(insert, [
      ['d', 4],
      [undefined, 5],
    ]),
    ParameterError,
  );
  await assert.rejects(connection.executeMany(insert, [['d', 4], ['e']]), InterfaceError);
  // Whoever gives them fails.
  async function* failing(): AsyncGenerator<[string, number]> {
    yield ['d', 4];
    await sleep(1);
    throw new RangeError('no more');
  }
  await assert.rejects(connection.executeMany(insert, failing()), RangeError);
  await assert.rejects(
    connection.executeMany('INSERT INTO exmany SELECT $1, $2 FROM pg_sleep(60)', [['d', 4]], {
      timeout: 20,
    }),
    TimeoutError,
  );
  assert.equal(await count(), 3);
  // Many more than buffers hold, with answers that nobody waits for.
  const sets = Array.from({ length: 5000 }, (_, i): [string, number] => ['x'.repeat(500), 100 + i]);
  await connection.executeMany(insert, sets);
  assert.equal(await count(), 5003);
  const rows = await connection.fetchMany('INSERT INTO exmany VALUES ($1, $2) RETURNING b', [
    ['y', -1],
    ['z', -2],
  ]);
  assert.deepEqual(rows, [{ b: -1 }, { b: -2 }]);
});

testConnected(
  postgres,
  'executeMany that fails within a transaction leaves the rest to it',
  async (connection) => {
    await connection.execute('CREATE TABLE inside(n int PRIMARY KEY)');
    await connection.transaction(async () => {
      await connection.execute('INSERT INTO inside VALUES (0)');
      const many = connection.transaction(() =>
        connection.executeMany('INSERT INTO inside VALUES ($1)', [[1], [1]]),
      );
      await assert.rejects(many, UniqueViolationError);
    });
    assert.deepEqual(await connection.fetch('SELECT n FROM inside'), [{ n: 0 }]);
  },
);

testConnected(postgres, 'prepare tells of parameters and columns, and runs', async (connection) => {
  await using statement = await connection.prepare<{ sum: number }>(
    'SELECT $1::int + $2::int AS sum, now() AS at',
  );
  assert.deepEqual(statement.parameters, [23, 23]);
  assert.deepEqual(statement.attributes, [
    { name: 'sum', type: 23 },
    { name: 'at', type: 1184 },
  ]);
  assert.equal((await statement.fetchRow([1, 2]))?.sum, 3);
  assert.equal(await statement.fetchValue([3, 4]), 7);
  assert.equal((await statement.fetch([5, 6]))[0]?.sum, 11);
  assert.equal(await statement.execute([5, 6]), 'SELECT 1');
  assert.deepEqual(
    (
      await statement.fetchMany([
        [1, 1],
        [2, 2],
      ])
    ).map((row) => row.sum),
    [2, 4],
  );
  await connection.transaction(async () => {
    for await (const row of statement.cursor([1, 1])) assert.equal(row.sum, 2);
  });
  await statement.close();
  await statement.close();
  await assert.rejects(statement.fetch([1, 2]), InterfaceError);
  assert.equal(
    await connection.fetchValue('SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE $1', [
      'SELECT $1::int + %',
    ]),
    0,
  );
  await assert.rejects(connection.prepare('SELEC'), PostgresSyntaxError);
});

testConnected(
  postgres,
  'statements are kept by their text, the oldest leave, and one that no longer fits is prepared anew',
  async (connection) => {
    const kept = async (): Promise<unknown> =>
      await connection.fetchValue('SELECT count(*) FROM pg_prepared_statements');
    for (let i = 0; i < 10; i++) await connection.fetch(`SELECT ${i}`);
    assert.ok(Number(await kept()) <= 6);
    await connection.execute('CREATE TABLE changing(a int); INSERT INTO changing VALUES (1)');
    assert.deepEqual(await connection.fetch('SELECT * FROM changing'), [{ a: 1 }]);
    await connection.execute('ALTER TABLE changing ADD b text');
    assert.deepEqual(await connection.fetch('SELECT * FROM changing'), [{ a: 1, b: null }]);
    await connection.execute('DEALLOCATE ALL');
    assert.deepEqual(await connection.fetch('SELECT * FROM changing'), [{ a: 1, b: null }]);
    await connection.execute('ALTER TABLE changing ALTER a TYPE text');
    await assert.rejects(
      connection.transaction(() => connection.fetch('SELECT * FROM changing')),
      InvalidCachedStatementError,
    );
    assert.deepEqual(await connection.fetch('SELECT * FROM changing'), [{ a: '1', b: null }]);
  },
  { statementCacheSize: 5 },
);

testConnected(
  postgres,
  'without a cache the server keeps nothing, and all works',
  async (connection) => {
    for (let i = 0; i < 3; i++) assert.equal(await connection.fetchValue('SELECT $1::int', [i]), i);
    await connection.executeMany('SELECT $1::int', [[1], [2]]);
    assert.equal(await connection.fetchValue('SELECT count(*) FROM pg_prepared_statements'), 0);
  },
  { statementCacheSize: 0 },
);

testConnected(
  postgres,
  'a statement whose preparation was cut short is prepared again',
  async (connection) => {
    await using holder = await connect(postgres.url);
    await holder.execute('CREATE TABLE held(n int)');
    await holder.transaction(async () => {
      await holder.execute('LOCK TABLE held');
      await assert.rejects(connection.fetch('SELECT n FROM held', [], { timeout: 20 }), TimeoutError);
    });
    assert.deepEqual(await connection.fetch('SELECT n FROM held'), []);
  },
);

testConnected(
  postgres,
  'cursors step through rows within a transaction, and only there',
  async (connection) => {
    const query = 'SELECT n FROM generate_series(0, $1::int) AS n';
    await assert.rejects(connection.cursor(query, [9]).fetch(1), InterfaceError);
    await connection.transaction(async () => {
      await using cursor = connection.cursor<{ n: number }>(query, [9]);
      assert.deepEqual(await cursor.fetchRow(), { n: 0 });
      assert.deepEqual(await cursor.fetch(2), [{ n: 1 }, { n: 2 }]);
      // The connection is free in between.
      assert.equal(await connection.fetchValue('SELECT 1'), 1);
      assert.equal(await cursor.forward(5), 5);
      assert.deepEqual(await cursor.fetch(10), [{ n: 8 }, { n: 9 }]);
      assert.deepEqual(await cursor.fetch(10), []);
      assert.equal(await cursor.fetchRow(), undefined);
      for (const prefetch of [1, 3, 10, 50]) {
        const seen: number[] = [];
        for await (const { n } of connection.cursor<{ n: number }>(query, [9], { prefetch })) seen.push(n);
        assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      }
      // Two at once, and one that is left early.
      const other = connection.cursor<{ n: number }>(query, [2], { prefetch: 1 });
      for await (const { n } of connection.cursor<{ n: number }>(query, [5], { prefetch: 1 })) {
        if (n === 2) break;
        assert.equal((await other.fetchRow())?.n, n);
      }
      assert.equal(
        await connection.fetchValue("SELECT count(*) FROM pg_cursors WHERE name LIKE 'asyncio%'"),
        1,
      );
      assert.throws(() => connection.cursor(query, [1], { prefetch: 0 }), InvalidArgumentError);
      await assert.rejects(cursor.fetch(0), InvalidArgumentError);
    });
  },
);

testConnected(postgres, 'notices come to those who listen for them', async (connection) => {
  const notices: ServerReport[] = [];
  const listener = (notice: ServerReport): void => void notices.push(notice);
  connection.addLogListener(listener);
  await connection.execute("DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'look'; END $$");
  await sleep(0);
  connection.removeLogListener(listener);
  await connection.execute("DO $$ BEGIN RAISE NOTICE 'unheard'; END $$");
  await sleep(0);
  assert.deepEqual(
    notices.map(({ severity, message, hint }) => [severity, message, hint]),
    [['WARNING', 'careful', 'look']],
  );
});

testInLoop('serverSettings, applicationName and a URL say how the session is', async () => {
  await using connection = await connect({
    dsn: postgres.url,
    applicationName: 'of the test',
    serverSettings: { search_path: '"a b", c', statement_timeout: '7s' },
  });
  assert.equal(await connection.fetchValue('SHOW application_name'), 'of the test');
  assert.equal(await connection.fetchValue('SHOW search_path'), '"a b", c');
  assert.equal(await connection.fetchValue('SHOW statement_timeout'), '7s');
  await using byUrl = await connect(`${postgres.url}?application_name=by%20url&statement_timeout=3000`);
  assert.equal(await byUrl.fetchValue('SHOW application_name'), 'by url');
  assert.equal(await byUrl.fetchValue('SHOW statement_timeout'), '3s');
  assert.match(connection.settings.get('server_version') ?? '', /^\d+/);
  for (const bad of [
    { port: -1 },
    { timeout: -1 },
    { commandTimeout: 'a' },
    { statementCacheSize: 1.5 },
    { dsn: 'nonsense' },
  ]) {
    await assert.rejects(connect(bad as never), InvalidArgumentError);
  }
  await assert.rejects(connect({ serverSettings: { 'a; DROP': '1' } }), InvalidArgumentError);
});

testInLoop('twenty connections at the same time do not mix their answers', async () => {
  await taskGroup(async (group) => {
    for (let i = 0; i < 20; i++) {
      group.startSoon(async () => {
        await using connection = await connect({
          host: postgres.host,
          port: postgres.port,
          user: 'postgres',
        });
        for (let n = 0; n < 5; n++)
          assert.equal(await connection.fetchValue('SELECT $1::int', [i * n]), i * n);
      });
    }
  });
});
