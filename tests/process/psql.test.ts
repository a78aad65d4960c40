// openDialogue with psql and a real server: questions by lines, as a person types them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import '../harness.ts';
import { IncompleteReadError, openDialogue, TimeoutError } from '../../src/asyncio.ts';
import type { Dialogue } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { linuxOnly, Mark } from './marked.ts';

const postgres = startPostgres();
const mark = new Mark();
after(() => assert.deepEqual(linuxOnly === false ? mark.running() : [], []));

function openPsql(database = postgres.database): Promise<Dialogue> {
  const { host, port, user } = postgres;
  return openDialogue(['psql', '-XqAt', '-h', host, '-p', String(port), '-U', user, database], {
    mark: (word) => `\\echo ${word}`,
    timeout: 20_000,
    env: mark.env,
  });
}

test(
  'openDialogue with psql: each question gets its answer, of any size, errors and notices among them',
  needsPostgres,
  inLoop(async () => {
    const psql = await openPsql();
    assert.equal(await psql.ask('select 6 * 7;'), '42');
    assert.equal(await psql.ask('create temporary table t (n int, name text);'), '');
    assert.equal(await psql.ask("insert into t values (1, 'ü'), (2, null), (3, E'two\\nlines');"), '');
    assert.equal(await psql.ask('select * from t order by n;'), '1|ü\n2|\n3|two\nlines');
    assert.equal(await psql.ask('select 1,\n       2;\nselect 3;'), '1|2\n3');
    assert.match(await psql.ask('select nothing;'), /ERROR: {2}column "nothing" does not exist/);
    assert.match(await psql.ask("do $$ begin raise notice 'so far'; end $$;"), /NOTICE: {2}so far$/);
    assert.equal(await psql.ask('copy (select 1, 2) to stdout;'), '1\t2');
    assert.equal((await psql.ask('select * from generate_series(1, 200000);')).length, 1_288_894);
    assert.equal(await psql.ask('\\set answer 42\n\\echo :answer'), '42');
    assert.equal(await psql.close(), 0);
    await psql.end();
  }),
);

test(
  'openDialogue with psql: a transaction over several questions, rolled back',
  needsPostgres,
  inLoop(async () => {
    const [one, two] = [await openPsql(), await openPsql()];
    await one.ask('create table accounts (balance int);\ninsert into accounts values (10);');
    await one.ask('begin;\nupdate accounts set balance = 0;');
    assert.equal(await two.ask('select balance from accounts;'), '10');
    assert.match(await one.ask('select 1 / 0;'), /division by zero/);
    assert.match(await one.ask('select 1;'), /current transaction is aborted/);
    assert.equal(await one.ask('rollback;'), '');
    assert.equal(await one.ask('select balance from accounts;\ndrop table accounts;'), '10');
    await Promise.all([one.end(), two.end()]);
  }),
);

test(
  'openDialogue with psql: after a query that took too long and was stopped the next question has its own answer',
  needsPostgres,
  inLoop(async () => {
    const [psql, other] = [await openPsql(), await openPsql()];
    await assert.rejects(psql.ask('select pg_sleep(600);', { timeout: 50 }), TimeoutError);
    const stop = `select pg_cancel_backend(pid) from pg_stat_activity
      where state = 'active' and query like 'select pg_sleep%';`;
    while ((await other.ask(stop)) !== 't');
    assert.equal(await psql.ask('select 1;'), '1');
    await Promise.all([psql.end(), other.end()]);
  }),
);

test(
  'openDialogue with psql: a connection that is cut, and a database that is not there, are errors that say so',
  needsPostgres,
  inLoop(async () => {
    const psql = await openPsql();
    await assert.rejects(
      psql.ask('select pg_terminate_backend(pg_backend_pid());'),
      (error: IncompleteReadError) => {
        assert.ok(error instanceof IncompleteReadError);
        assert.match(
          error.message,
          /^psql .* exited with code 2 before the answer to "select pg_terminate/,
        );
        assert.match(error.message, /terminating connection due to administrator command/);
        return true;
      },
    );
    await psql.end();
    const nowhere = await openPsql('nowhere');
    await assert.rejects(nowhere.readUntil('$ '), /exited with code 2 .* "nowhere" does not exist$/s);
    await nowhere.end();
  }),
);
