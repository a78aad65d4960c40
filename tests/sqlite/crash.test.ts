import '../harness.ts';
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import {
  createSubprocessExec,
  createTask,
  isCancelled,
  moveOnAfter,
  PIPE,
  run,
  sleep,
} from '../../src/asyncio.ts';
import { connect, OperationalError } from '../../src/sqlite/sqlite.ts';
import { commandLine } from '../commandLine.ts';
import { endless, inLoop, opened, place } from './opened.ts';

test(
  'kill -9 in mid-transaction: the database is whole, and what was told is kept',
  inLoop(async () => {
    const path = place();
    let told = 0;
    for (let round = 0; round < 2; round++) {
      const file = fileURLToPath(new URL('./crashing.ts', import.meta.url));
      const program = await createSubprocessExec(process.execPath, [...commandLine(file), path], {
        stdout: PIPE,
      });
      const output = program.stdout;
      for (let lines = 0; lines < 20 + round; lines++) told = Number(String(await output.readline()));
      program.kill();
      await program.wait();
      // The process of the database is not killed: it ends when it notices, at once.
      const db = await opened(path);
      assert.deepEqual(await db.fetchone('PRAGMA integrity_check'), { integrity_check: 'ok' });
      const broken = await db.fetchall('SELECT i FROM t GROUP BY i HAVING count(*) % 2 = 1');
      assert.deepEqual(broken, []);
      const { most } = (await db.fetchone<{ most: number }>('SELECT max(i) AS most FROM t')) as {
        most: number;
      };
      assert(most >= told, `${most} of ${told}`);
      await db.close();
    }
  }),
);

test(
  'a worker that dies is told, and the next statement has another',
  inLoop(async () => {
    const db = await opened(place());
    await db.executescript('CREATE TABLE t (i); INSERT INTO t VALUES (1)');
    await db.createFunction('die', () => process.kill(process.pid, 'SIGKILL'));
    await assert.rejects(db.execute('SELECT die()'), (error: OperationalError) => {
      assert(error instanceof OperationalError);
      assert.match(error.message, /process of the database has died/);
      return true;
    });
    assert.deepEqual(await db.fetchall('SELECT * FROM t'), [{ i: 1 }]);
    await assert.rejects(
      db.transaction(async () => {
        await db.execute('INSERT INTO t VALUES (2)');
        await db.execute('SELECT die()').catch(() => {});
        await db.execute('INSERT INTO t VALUES (3)');
      }),
      OperationalError,
    );
    assert.deepEqual(await db.fetchall('SELECT * FROM t'), [{ i: 1 }]);
  }),
);

test('a database in memory leaves no folder, closed, left open or cancelled', async () => {
  const folders: string[] = [];
  await run(async () => {
    const db = await connect(':memory:');
    folders.push(await where());
    await moveOnAfter(10, () => db.execute(endless));
    await db.close();
    const left = await connect(':memory:');
    folders.push(await where(left));
    const burning = createTask(() => left.execute(endless));
    await sleep(20);
    burning.cancel();
    await burning.catch((error) => assert(isCancelled(error)));

    async function where(of = db): Promise<string> {
      const row = (await of.fetchone<{ file: string }>('PRAGMA database_list')) as { file: string };
      assert(existsSync(row.file));
      return row.file;
    }
  });
  for (const file of folders) assert.equal(existsSync(file), false, file);
});
