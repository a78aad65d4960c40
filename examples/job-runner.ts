// Runs jobs, each a line for the shell, several at once, and shows what they write as it comes. Stop (Ctrl-C) leaves no
// process behind, whatever the jobs have started: background children, daemons, what ignores a polite signal.
//
//   npm run example -- job-runner 'make -j4' 'npm test' 'sleep 60 & wait'
//   npm run example -- job-runner --at-once 2 < jobs.txt       a job a line
//   options: --at-once N (4), --grace MS (2000) until what does not stop is killed, --fail-fast
//
// Ends with 1 when a job failed. A second Ctrl-C kills at once.

import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  CalledProcessError,
  isCancelled,
  openStdin,
  processLines,
  run,
  Semaphore,
  taskGroup,
} from 'asyncio-ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'at-once': { type: 'string', default: '4' },
    grace: { type: 'string', default: '2000' },
    'fail-fast': { type: 'boolean', default: false },
  },
});
const grace = Number(values.grace);
const room = new Semaphore(Number(values['at-once']));
const counts = { done: 0, failed: 0, stopped: 0 };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs one job in its turn. What it started is gone when this returns or throws. */
async function runJob(name: string, line: string): Promise<void> {
  try {
    await room.acquire();
    try {
      say(`[${name}] $ ${line}`);
      for await (const { from, text } of processLines(line, { shell: true, grace }))
        say(`[${name}]${from === 'stderr' ? ' !' : ''} ${text}`);
    } finally {
      room.release();
    }
    counts.done++;
    say(`[${name}] done`);
  } catch (error) {
    if (isCancelled(error)) counts.stopped++;
    if (!(error instanceof CalledProcessError)) throw error;
    counts.failed++;
    const { signal, returncode, duration } = error;
    say(`[${name}] failed: ${signal ?? `code ${returncode}`} after ${Math.round(duration)} ms`);
    if (values['fail-fast']) throw error;
  }
}

async function readJobs(): Promise<string[]> {
  const stdin = await openStdin();
  const jobs: string[] = [];
  try {
    for await (const line of stdin) if (line.toString().trim() !== '') jobs.push(line.toString().trim());
  } finally {
    stdin.close(); // else the process would stay for what could still be typed
  }
  return jobs;
}

await run(async () => {
  const jobs = positionals.length > 0 ? positionals : await readJobs();
  try {
    await taskGroup(async (group) => {
      for (const [at, line] of jobs.entries()) group.startSoon(() => runJob(String(at + 1), line));
    });
  } catch (error) {
    // With --fail-fast the group ends with the first failure, which has been told.
    if (counts.failed === 0) throw error;
  } finally {
    say(`${counts.done} done, ${counts.failed} failed, ${counts.stopped} stopped`);
  }
  process.exitCode = counts.failed > 0 ? 1 : 0;
});
