// The package better-sqlite3 behind the same connection. Its binary is made by its install script, so that it is not
// everywhere.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';
import { run, timeout, TimeoutError, UnsupportedError } from '../../src/asyncio.ts';
import { connect, IntegrityError } from '../../src/sqlite/sqlite.ts';
import { counting, endless, inLoop, opened, place } from './opened.ts';

const peers = join(root, 'peers', 'program.js');

/** As in a program that lies there. */
async function from<T>(program: string, body: () => Promise<T>): Promise<T> {
  const before = process.argv[1];
  const folder = process.cwd();
  try {
    process.argv[1] = program;
    process.chdir('/');
    return await body();
  } finally {
    process.argv[1] = before as string;
    process.chdir(folder);
  }
}

function isThere(): boolean {
  try {
    const Database = createRequire(peers)('better-sqlite3') as new (path: string) => { close(): void };
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

test('driver: one that is not installed is named, with what to do', async () => {
  await run(async () => {
    await from('/nowhere/program.js', () =>
      assert.rejects(connect(':memory:', { driver: 'better-sqlite3' }), (error: Error) => {
        assert(error instanceof UnsupportedError);
        assert.match(error.message, /npm install better-sqlite3$/);
        return true;
      }),
    );
  });
});

test(
  'better-sqlite3: values, parameters, errors, cursors, functions, cancels and backups',
  { skip: !isThere() && 'better-sqlite3 has no binary here: npm rebuild --prefix peers better-sqlite3' },
  inLoop(async () => {
    const db = await from(peers, () => opened(':memory:', { driver: 'better-sqlite3', rows: 'array' }));
    assert.deepEqual(await db.fetchone('SELECT ?1, typeof(?1), :a, ?', [1, 2n ** 60n, 'x']), [
      1,
      'integer',
      2n ** 60n,
      'x',
    ]);
    assert.deepEqual(await db.fetchone('SELECT :a, @b', { a: null, b: 1.5 }), [null, 1.5]);
    await db.execute('CREATE TABLE t (i INTEGER PRIMARY KEY)');
    assert.equal((await db.execute(`INSERT INTO t ${counting(3000)}`)).rowcount, 3000);
    await assert.rejects(db.execute('INSERT INTO t VALUES (1)'), (error: IntegrityError) => {
      assert(error instanceof IntegrityError);
      assert.equal(error.sqliteErrorName, 'SQLITE_CONSTRAINT_PRIMARYKEY');
      return true;
    });
    let read = 0;
    for await (const [i] of db.iterate<[number]>('SELECT i FROM t')) {
      if (++read === 1500) await db.execute('INSERT INTO t VALUES (?)', [i + 10_000]);
    }
    assert(read >= 3000);
    await db.createFunction('twice', (n) => Number(n) * 2);
    await db.createAggregate('amount', () => {
      let n = 0;
      return { step: () => void n++, finalize: () => n };
    });
    assert.deepEqual(await db.fetchone('SELECT twice(21), amount(i) FROM t'), [42, 3001]);
    await assert.rejects(
      timeout(30, () => db.execute(endless)),
      TimeoutError,
    );
    assert.deepEqual(await db.fetchone('SELECT count(*) FROM t'), [3001]);
    await db.backup(place('copy.db'));
    const copy = await opened(place('copy.db'), { rows: 'array' });
    assert.deepEqual(await copy.fetchone('SELECT count(*) FROM t'), [3001]);
  }),
);
