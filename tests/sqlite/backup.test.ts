import '../harness.ts';
import { strict as assert } from 'node:assert';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { createTask, InvalidArgumentError, sleep } from '../../src/asyncio.ts';
import type { BackupState, Connection } from '../../src/sqlite/sqlite.ts';
import { counting, inLoop, opened, place } from './opened.ts';

async function filled(db: Connection): Promise<void> {
  await db.execute('CREATE TABLE t (i, text)');
  await db.execute(`INSERT INTO t SELECT i, hex(zeroblob(200)) FROM (${counting(2000)})`);
}

for (const worker of ['process', 'thread'] as const)
  test(
    `backup: from memory to a file, with progress, in a ${worker}`,
    inLoop(async () => {
      const db = await opened(':memory:', { worker });
      await filled(db);
      const states: BackupState[] = [];
      await db.backup(place('copy.db'), { pages: 50, progress: (state) => states.push(state) });
      assert(states.length > 2);
      assert.equal(states.at(-1)?.remaining, 0);
      assert(states.every(({ remaining, total }, at) => remaining < (states[at - 1]?.remaining ?? total)));
      const copy = await opened(place('copy.db'));
      assert.deepEqual(await copy.fetchone('SELECT count(*) AS n FROM t'), { n: 2000 });
      assert.deepEqual(await copy.fetchone('PRAGMA integrity_check'), { integrity_check: 'ok' });
    }),
  );

test(
  'backup: over a file that is there, while the database is written to',
  inLoop(async () => {
    const db = await opened(place('source.db'), { setup: 'PRAGMA journal_mode = WAL' });
    await filled(db);
    await (await opened(place('copy.db'))).executescript('CREATE TABLE old (i)');
    const copying = createTask(() => db.backup(place('copy.db'), { pages: 10 }));
    for (let i = 0; i < 20; i++) await db.execute('INSERT INTO t VALUES (?, NULL)', [i]);
    await copying;
    const copy = await opened(place('copy.db'));
    const { n } = (await copy.fetchone<{ n: number }>('SELECT count(*) AS n FROM t')) as { n: number };
    assert(n >= 2000 && n <= 2020, String(n));
    assert.deepEqual(await copy.fetchone('PRAGMA integrity_check'), { integrity_check: 'ok' });
  }),
);

test(
  'backup: a cancel, or an error of progress, leaves nothing',
  inLoop(async () => {
    const db = await opened();
    await filled(db);
    const target = place('copy.db');
    let began = (): void => {};
    const first = new Promise<void>((resolve) => (began = resolve));
    const task = createTask(() => db.backup(target, { pages: 1, progress: () => began() }));
    const cancelled = first.then(() => task.cancel());
    await assert.rejects(task);
    await cancelled;
    const broken = (): void => {
      throw new Error('no more');
    };
    await assert.rejects(db.backup(target, { pages: 1, progress: broken }), /no more/);
    await assert.rejects(db.backup('/nowhere/copy.db'));
    await assert.rejects(db.backup(target, { pages: 0 }), InvalidArgumentError);
    assert.deepEqual([existsSync(target), readdirSync(dirname(target))], [false, []]);
    assert.deepEqual(await db.fetchone('SELECT count(*) AS n FROM t'), { n: 2000 });
  }),
);

test(
  'backup: over a database that has left its WAL beside it, which is not played into the copy',
  inLoop(async () => {
    const db = await opened(place('source.db'), { setup: 'PRAGMA journal_mode = WAL' });
    await filled(db);
    const old = await opened(place('old.db'), { setup: 'PRAGMA journal_mode = WAL' });
    await old.execute('CREATE TABLE old (i)');
    for (const end of ['', '-wal']) copyFileSync(place('old.db') + end, place('copy.db') + end);
    await db.backup(place('copy.db'));
    const copy = await opened(place('copy.db'));
    assert.deepEqual(await copy.fetchone('SELECT name FROM sqlite_schema'), { name: 't' });
    assert.deepEqual(await copy.fetchone('PRAGMA integrity_check'), { integrity_check: 'ok' });
  }),
);

test(
  'backup: onto the database itself is refused',
  inLoop(async () => {
    const db = await opened(place());
    await db.execute('CREATE TABLE t (i)');
    await assert.rejects(db.backup(place()), InvalidArgumentError);
    await db.execute('INSERT INTO t VALUES (1)');
    const other = await opened(place());
    assert.deepEqual(await other.fetchall('SELECT * FROM t'), [{ i: 1 }]);
  }),
);

test(
  'backup: a database that another has for himself is waited for, as long as a statement would',
  inLoop(async () => {
    const db = await opened(place(), { busyTimeout: 5000 });
    await filled(db);
    const other = await opened(place());
    await other.execute('BEGIN EXCLUSIVE');
    const copying = createTask(() => db.backup(place('copy.db')));
    await sleep(100);
    assert.equal(copying.done(), false);
    await other.execute('COMMIT');
    await copying;
  }),
);
