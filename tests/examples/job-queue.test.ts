// The job queue, on a real server: nothing is lost, nothing done twice, and who is stopped gives back.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import type { Program } from '../facade/program.ts';
import { startExample } from './example.ts';

const postgres = startPostgres();

function start(...args: string[]): Program {
  const { host: PGHOST, user: PGUSER, database: PGDATABASE } = postgres;
  return startExample('job-queue', args, { PGHOST, PGUSER, PGDATABASE, PGPORT: `${postgres.port}` });
}

const SLEEP = 'exec sleep 10';

async function untilTrue(sql: string): Promise<void> {
  while (postgres.psql(sql) !== 't') await new Promise((resolve) => setTimeout(resolve, 20));
}

async function untilGivenBack(): Promise<void> {
  await untilTrue(
    "SELECT count(*) = 0 FROM pg_locks WHERE relation = 'jobs'::regclass AND pid <> pg_backend_pid()",
  );
  assert.equal(postgres.psql(`SELECT done_at IS NULL FROM jobs WHERE line = '${SLEEP}'`), 't');
}

/** The first of them that takes the long job, and the others. */
async function takerOf(workers: readonly Program[]): Promise<[Program, ...Program[]]> {
  const taker = await Promise.race(
    workers.map(async (worker) => {
      await worker.printed(`$ ${SLEEP}`);
      return worker;
    }),
  );
  return [taker, ...workers.filter((worker) => worker !== taker)];
}

// One test, since each process of an example takes half a second to start.
test(
  'two workers do all jobs, each once; one that is stopped or killed in the middle gives its job back',
  needsPostgres,
  async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `echo job ${i}`);
    const added = await start('add', ...lines).ended;
    assert.deepEqual([added.code, added.stdout, added.stderr], [0, '20 added\n', '']);
    const workers = [start('work'), start('work')];
    await untilTrue('SELECT count(*) = 20 FROM jobs WHERE done_at IS NOT NULL');
    await Promise.all(workers.map((worker) => worker.printed('waiting for jobs')));

    // A job that comes while they wait, from somebody else.
    postgres.psql(`INSERT INTO jobs(line) VALUES ('${SLEEP}'); NOTIFY jobs`);
    const [stopped, killed] = await takerOf(workers);
    stopped.signal('SIGINT');
    const { code, stderr, stdout } = await stopped.ended;
    assert.deepEqual([code, stderr], [130, '']);
    await untilGivenBack();
    assert.ok(killed !== undefined);
    postgres.psql('NOTIFY jobs');
    // Killed without a word: the server sees that the connection has ended.
    await takerOf([killed]);
    killed.signal('SIGKILL');
    const done = (stdout + (await killed.ended).stdout).match(/\[\d+\] done/g) ?? [];
    assert.equal(done.length, 20);
    assert.equal(new Set(done).size, 20);
    await untilGivenBack();

    postgres.psql(`UPDATE jobs SET line = 'echo at last' WHERE line = '${SLEEP}'`);
    const [last, list] = await Promise.all([start('work', '--drain').ended, start('list').ended]);
    assert.match(last.stdout, /done, code 0/);
    assert.match(list.stdout, /\[1\] echo job 0 => code 0, "job 0"\n/);
  },
);
