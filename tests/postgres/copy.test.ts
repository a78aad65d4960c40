// COPY, both ways. ASYNCIO_TS_FULL=1 copies a million rows instead of twenty thousand.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import process from 'node:process';
import { InvalidArgumentError, sleep, TimeoutError } from '../../src/asyncio.ts';
import {
  BadCopyFileFormatError,
  connect,
  PostgresError,
  UndefinedTableError,
} from '../../src/postgres/postgres.ts';
import { startPostgres } from '../services/postgres.ts';
import { testConnected } from './inPostgres.ts';

const postgres = startPostgres();
const ROWS = process.env['ASYNCIO_TS_FULL'] === undefined ? 20_000 : 1_000_000;

/** An output that keeps what comes. */
function collect(): { write(chunk: Uint8Array): void; readonly text: string } {
  const chunks: Uint8Array[] = [];
  return {
    write: (chunk) => void chunks.push(chunk),
    get text() {
      return Buffer.concat(chunks).toString();
    },
  };
}

testConnected(
  postgres,
  'many rows copied out are what psql copies out, and copied in they are the same',
  async (connection) => {
    await connection.execute(`CREATE TABLE big AS SELECT n, md5(n::text) AS hash, CASE WHEN n % 7 > 0 THEN repeat(chr(65 + n % 26), n % 50)
    || E'\\t,"\\\\\\n' END AS words, n * 1.5 AS half FROM generate_series(1, ${ROWS}) AS n`);
    for (const format of ['text', 'csv', 'binary'] as const) {
      const output = collect();
      const tag = await connection.copyFromTable('big', { output, format });
      assert.equal(tag, `COPY ${ROWS}`);
      const theirs = postgres.copyOut(`\\copy big TO STDOUT WITH (FORMAT ${format})`);
      assert.ok(Buffer.from(output.text).equals(Buffer.from(theirs.toString())), format);
    }
    await connection.execute('CREATE TABLE again (LIKE big); CREATE TABLE theirs (LIKE big)');
    let source = '';
    await connection.copyFromTable('big', {
      output: (chunk: Uint8Array) => void (source += Buffer.from(chunk).toString('latin1')),
    });
    const bytes = Buffer.from(source, 'latin1');
    assert.equal(await connection.copyToTable('again', { source: bytes }), `COPY ${ROWS}`);
    const difference = 'SELECT count(*) FROM (TABLE big EXCEPT TABLE again) AS d';
    assert.equal(await connection.fetchValue(difference), 0);
  },
);

testConnected(postgres, 'copyFromTable and copyFromQuery take the options of COPY', async (connection) => {
  await connection.execute(`CREATE TABLE samples(a text, "b~" text, i int);
    INSERT INTO samples VALUES ('a0', 'b0', 0), ('*a2', NULL, 2)`);
  const copied = async (options: object): Promise<string> => {
    const output = collect();
    await connection.copyFromTable('samples', { output, ...options });
    return output.text;
  };
  assert.equal(await copied({}), 'a0\tb0\t0\n*a2\t\\N\t2\n');
  assert.equal(await copied({ columns: ['a', 'b~'], schema: 'public' }), 'a0\tb0\n*a2\t\\N\n');
  assert.equal(
    await copied({ delimiter: '|', null: '*n\\' }),
    'a0|b0|0\n\\*a2|*n\\|2\n'.replace('\\*', '*'),
  );
  const csv = {
    format: 'csv',
    header: true,
    delimiter: '|',
    quote: '"',
    escape: '!',
    null: '*',
    forceQuote: ['a'],
  };
  assert.equal(await copied(csv), 'a|b~|i\n"a0"|b0|0\n"*a2"|*|2\n');
  const output = collect();
  await connection.copyFromQuery('SELECT i FROM samples ORDER BY i DESC', { output });
  assert.equal(output.text, '2\n0\n');
  await assert.rejects(copied({ format: 'csv; DROP TABLE samples' }), InvalidArgumentError);
  await assert.rejects(connection.copyFromTable('nowhere', { output }), UndefinedTableError);
  await assert.rejects(connection.copyFromTable('samples', { output: 7 as never }), InvalidArgumentError);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM samples'), 2);
});

testConnected(postgres, 'copyToTable takes text, bytes and streams of both', async (connection) => {
  await connection.execute('CREATE TABLE target(a text, n int)');
  async function* pieces(): AsyncGenerator<string | Uint8Array> {
    yield 'x\t';
    await sleep(0);
    yield Buffer.from('3\ny');
    yield '\t4\n';
  }
  assert.equal(await connection.copyToTable('target', { source: 'a\t1\n' }), 'COPY 1');
  assert.equal(await connection.copyToTable('target', { source: Buffer.from('b\t\\N\n') }), 'COPY 1');
  assert.equal(await connection.copyToTable('target', { source: pieces() }), 'COPY 2');
  assert.equal(await connection.copyToTable('target', { source: [] }), 'COPY 0');
  assert.equal(
    await connection.copyToTable('target', {
      source: 'n,a\n5,"q,r"\n6,s\n',
      format: 'csv',
      header: true,
      columns: ['n', 'a'],
      where: 'n < 6',
    }),
    'COPY 1',
  );
  assert.deepEqual(await connection.fetch('SELECT * FROM target ORDER BY n'), [
    { a: 'a', n: 1 },
    { a: 'x', n: 3 },
    { a: 'y', n: 4 },
    { a: 'q,r', n: 5 },
    { a: 'b', n: null },
  ]);
});

testConnected(postgres, 'copyRecordsToTable writes values as queries do', async (connection) => {
  await connection.execute(
    'CREATE TABLE records(a text, n int, at timestamptz, tags text[], doc jsonb, raw bytea)',
  );
  const at = new Date('2026-11-27T00:00:00Z');
  const nasty = 'tab\t line\n back\\slash \\N \r "';
  const row = {
    a: nasty,
    n: 7,
    at,
    tags: [nasty, null],
    doc: { [nasty]: nasty },
    raw: Buffer.from('\\\n\t\0'),
  };
  const records = [Object.values(row), ['\\N', null, null, null, null, null]];
  assert.equal(await connection.copyRecordsToTable('records', { records }), 'COPY 2');
  const [first, second] = await connection.fetch('SELECT * FROM records ORDER BY n');
  assert.deepEqual(first, row);
  assert.equal(second?.['a'], '\\N');
  async function* endless(): AsyncGenerator<unknown[]> {
    for (let n = 0; n < 10_000; n++) yield [`${n}`];
  }
  assert.equal(
    await connection.copyRecordsToTable('records', { records: endless(), columns: ['a'] }),
    'COPY 10000',
  );
  await assert.rejects(connection.copyRecordsToTable('records', { records: [['a', 1]] }), RangeError);
  assert.equal(await connection.fetchValue('SELECT count(*) FROM records'), 10_002);
});

testConnected(postgres, 'a source or an output that fails leaves nothing behind', async (connection) => {
  await connection.execute('CREATE TABLE fragile(n int)');
  async function* failing(): AsyncGenerator<string> {
    yield '1\n'.repeat(100_000);
    throw new RangeError('of the source');
  }
  await assert.rejects(connection.copyToTable('fragile', { source: failing() }), /of the source/);
  await assert.rejects(connection.copyToTable('fragile', { source: '1\nx\n' }), PostgresError);
  await assert.rejects(connection.copyToTable('fragile', { source: '1\t2\n' }), BadCopyFileFormatError);
  const fails = (): never => {
    throw new RangeError('of the output');
  };
  await assert.rejects(
    connection.copyFromQuery('SELECT * FROM generate_series(1, 1000000)', { output: fails }),
    /of the output/,
  );
  await assert.rejects(
    connection.copyFromQuery('SELECT 1 / (n - 50000) FROM generate_series(1, 100000) AS n', {
      output: () => {},
    }),
    /division/,
  );
  const slow = { output: () => {}, timeout: 30 };
  await assert.rejects(connection.copyFromQuery('SELECT pg_sleep(60)', slow), TimeoutError);
  await assert.rejects(
    connection.copyFromQuery('SELECT * FROM generate_series(1, 5000000)', {
      output: () => sleep(60_000),
      timeout: 30,
    }),
    TimeoutError,
  );
  assert.equal(await connection.fetchValue('SELECT count(*) FROM fragile'), 0);
});

testConnected(postgres, 'a slow output holds the server back', async (connection) => {
  await using watcher = await connect(postgres.url);
  const size = 200_000;
  const waitsForUs = "SELECT wait_event = 'ClientWrite' FROM pg_stat_activity WHERE pid = $1";
  let bytes = 0;
  await connection.copyFromQuery(`SELECT repeat('x', ${size}) FROM generate_series(1, 500)`, {
    output: async (chunk) => {
      while (bytes === 0 && (await watcher.fetchValue(waitsForUs, [connection.serverProcessID])) !== true)
        await sleep(1);
      bytes += chunk.length;
    },
  });
  assert.equal(bytes, 500 * (size + 1));
});

testConnected(postgres, 'a COPY where none is asked for does not hang', async (connection) => {
  await connection.execute('CREATE TABLE unasked(n int)');
  await assert.rejects(connection.execute('COPY unasked FROM STDIN'), /copyToTable/);
  await assert.rejects(connection.fetch('COPY unasked FROM STDIN'), /copyToTable/);
  assert.equal(await connection.execute('COPY unasked TO STDOUT'), 'COPY 0');
  assert.equal(await connection.copyIn('SELECT 1', ['1\n']), 'SELECT 1');
  assert.equal(await connection.fetchValue('SELECT 1'), 1);
});
