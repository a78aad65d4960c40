// A deadline that cleans up: a job that has a file, a transaction and a request under way when its time is over.

import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interruptible, timeout, TimeoutError } from '../../src/asyncio.ts';
import { fetchText } from '../crawl/visit.ts';
import type { Demonstration } from '../part.ts';
import { shortDuration } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { settledAtSite } from './openAtSite.ts';

const deadline = 400;

export async function deadlinePart({ db, scratch, site, progress }: Tools): Promise<Demonstration> {
  const file = join(scratch, 'report.draft');
  const began = performance.now();
  progress.begin('deadline', () => ({ done: 1, total: undefined, unit: 'job' }));
  let cleanUp = 0;

  async function job(): Promise<void> {
    try {
      await interruptible(writeFile(file, 'a draft'));
      db.exec('BEGIN; CREATE TABLE draft (line TEXT); INSERT INTO draft VALUES (1)');
      await fetchText(`${site.address}/slow/report`);
      db.exec('COMMIT');
    } finally {
      const start = performance.now();
      if (db.isTransaction) db.exec('ROLLBACK');
      await interruptible(rm(file, { force: true })); // clean-up may wait, and is waited for
      cleanUp = performance.now() - start;
    }
  }

  let inTime = true;
  try {
    await timeout(deadline, job);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    inTime = false;
  }
  const ended = performance.now() - began;
  const rows = db.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'draft'`).get()?.['n'];
  const requests = await settledAtSite(site, 0);
  const left = { file: existsSync(file), transaction: db.isTransaction || rows !== 0, requests };
  const clean = !left.file && !left.transaction && requests === 0;
  const finding = inTime
    ? 'the job was done before its deadline'
    : clean
      ? `at ${shortDuration(ended)} of ${deadline}: no request, file or row is left`
      : `at ${shortDuration(ended)}, but something is left`;
  progress.end('done', [finding]);
  return {
    kind: 'demonstration',
    name: 'deadline',
    title: 'a deadline cleans up',
    finding,
    elapsed: performance.now() - began,
    details: [
      `A job of a minute with a deadline of ${deadline} ms had written a file, begun a transaction and sent a request. ` +
        `timeout threw after ${shortDuration(ended)}: the request was stopped, the finally of the job undid the ` +
        `transaction and removed the file, which took ${shortDuration(cleanUp)} and was waited for. A race against a ` +
        'timer would have gone on with all three behind it. (tour/beyond/deadlinePart.ts)',
    ],
    facts: { deadline, endedAfter: ended, cleanUp, left },
  };
}
