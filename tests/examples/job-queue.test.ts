// The job queue, on a real server: nothing is lost, nothing done twice, and who is stopped gives back.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { startExample } from './example.ts';

const postgres = startPostgres();

function start(...args: string[]): ReturnType<typeof startExample> {
  const { host: PGHOST, user: PGUSER, database: PGDATABASE } = postgres;
  return startExample('job-queue', args, { PGHOST, PGUSER, PGDATABASE, PGPORT: `${postgres.port}` });
}

async function untilTrue(sql: string): Promise<void> {
  while (postgres.psql(sql) !== 't') await new Promise((resolve) => setTimeout(resolve, 20));
}

test('two workers do all jobs, each once', needsPostgres, async () => {
  const lines = Array.from({ length: 20 }, (_, i) => `echo job ${i}`);
  const added = await start('add', ...lines).ended;
  assert.deepEqual([added.code, added.stdout, added.stderr], [0, '20 added\n', '']);
  const workers = [start('work', '--drain'), start('work', '--drain')];
  const outputs = await Promise.all(workers.map(async (worker) => (await worker.ended).stdout));
  const done = outputs.join('').match(/\[\d+\] done/g) ?? [];
  assert.equal(done.length, 20);
  assert.equal(new Set(done).size, 20);
  const list = await start('list').ended;
  assert.match(list.stdout, /\[1\] echo job 0 => code 0, "job 0"\n/);
});

test(
  'a worker that waits hears of a job; stopped in the middle, it gives it back',
  needsPostgres,
  async () => {
    const worker = start('work');
    await worker.printed('waiting for jobs');
    await start('add', 'exec sleep 10').ended;
    await worker.printed('$ exec sleep 10');
    worker.signal('SIGINT');
    const { code, stderr } = await worker.ended;
    assert.deepEqual([code, stderr], [130, '']);
    await untilTrue(
      "SELECT count(*) = 0 FROM pg_locks WHERE relation = 'jobs'::regclass AND pid <> pg_backend_pid()",
    );
    assert.equal(postgres.psql("SELECT done_at IS NULL FROM jobs WHERE line LIKE '%sleep 10'"), 't');
    // Killed without a word: the server sees that the connection has ended.
    const other = start('work');
    await other.printed('$ exec sleep 10');
    other.signal('SIGKILL');
    await other.ended;
    await untilTrue(
      "SELECT count(*) = 0 FROM pg_locks WHERE relation = 'jobs'::regclass AND pid <> pg_backend_pid()",
    );
    postgres.psql("UPDATE jobs SET line = 'echo at last' WHERE line LIKE '%sleep 10'");
    const last = await start('work', '--drain').ended;
    assert.match(last.stdout, /done, code 0/);
  },
);
