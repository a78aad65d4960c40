// A queue of jobs in Postgres, each a line for the shell: any number of workers, on any number of machines, and no job is lost
// or run twice by two of them at once. What comes is taken at once (LISTEN), by whoever is free (SKIP LOCKED). A worker that
// is stopped ends its program and gives the job back; one that is killed gives it back too, since its transaction ends.
//
//   npm run example -- job-queue COMMAND …          add, work or list; needs a Postgres
//     add 'echo one' 'sleep 5; echo two'
//     work [--at-once 4] [--drain]      Ctrl-C stops; --drain ends when nothing is left
//     list
//
// Where the server is, the environment says, as for psql: PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE. Needs `npm install pg`.

import process from 'node:process';
import { parseArgs } from 'node:util';
import { Event, OSError, run, runProcess, taskGroup } from 'asyncio-ts';
import { createPool, listen } from 'asyncio-ts/postgres';
import type { Connection, Listener, Pool } from 'asyncio-ts/postgres';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'at-once': { type: 'string', default: '4' },
    drain: { type: 'boolean', default: false },
  },
});
const [command = '', ...lines] = positionals;
const atOnce = Number(values['at-once']);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Job {
  id: number;
  line: string;
}

async function prepare(pool: Pool): Promise<void> {
  await pool.execute(`CREATE TABLE IF NOT EXISTS jobs(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL, done_at timestamptz, code int, output text)`);
}

/** The notification is sent when the jobs are there for all to see: with the commit. */
async function add(pool: Pool): Promise<void> {
  await pool.transaction(async (connection) => {
    await connection.executeMany(
      'INSERT INTO jobs(line) VALUES ($1)',
      lines.map((line) => [line]),
    );
    await connection.execute('NOTIFY jobs');
  });
  say(`${lines.length} added`);
}

async function list(pool: Pool): Promise<void> {
  const jobs = await pool.fetch<Job & { code: number | null; output: string | null }>(
    'SELECT id, line, code, output FROM jobs ORDER BY id',
  );
  for (const { id, line, code, output } of jobs)
    say(`[${id}] ${line} => ${code === null ? 'waits' : `code ${code}, ${JSON.stringify(output)}`}`);
}

/** Takes the first job that nobody has, and does it. False when there is none. */
async function doNext(connection: Connection): Promise<boolean> {
  const job = await connection.fetchRow<Job>(
    'SELECT id, line FROM jobs WHERE done_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED',
  );
  if (job === undefined) return false;
  say(`[${job.id}] $ ${job.line}`);
  const { returncode, stdout } = await runProcess(job.line, { shell: true, check: false });
  await connection.execute('UPDATE jobs SET done_at = now(), code = $2, output = $3 WHERE id = $1', [
    job.id,
    returncode,
    String(stdout).trimEnd(),
  ]);
  say(`[${job.id}] done, code ${returncode}`);
  return true;
}

async function work(pool: Pool): Promise<void> {
  const listener = await listen('jobs');
  try {
    await doAll(pool, listener);
  } finally {
    await listener.close();
  }
}

async function doAll(pool: Pool, listener: Listener): Promise<void> {
  const news = new Event();
  await taskGroup(async (group) => {
    for (let i = 0; i < atOnce; i++) {
      group.startSoon(async () => {
        for (;;) {
          news.clear();
          const didOne = await pool.transaction(doNext);
          if (didOne) continue;
          if (values.drain) return;
          await news.wait();
        }
      });
    }
    if (values.drain) return;
    say('waiting for jobs');
    // A notification, or a gap in which one may have been missed: either way there may be work.
    for await (const _ of listener) news.set();
  });
}

const commands = new Map([
  ['add', add],
  ['list', list],
  ['work', work],
]);
const act = commands.get(command);
if (act === undefined) {
  say('add LINE…, work or list: see the head of examples/job-queue.ts');
  process.exitCode = 2;
} else {
  await run(async () => {
    const pool = await createPool({ maxSize: atOnce });
    try {
      await prepare(pool);
      await act(pool);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      process.stderr.write(
        `job-queue: ${error.message}\nWhere Postgres is, the environment says: PGHOST, PGPORT, PGUSER, PGPASSWORD\n`,
      );
      process.exitCode = 1;
    } finally {
      await pool.close();
    }
  });
}
