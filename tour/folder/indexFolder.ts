// The index of a folder: list, warm up, one pass after the other, report. It is a plain coroutine: stop it by
// cancelling its task. Whatever way it ends, the database is closed, and what was done is said.

import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { cancelAndWait, createTask, isCancelled } from '../../src/asyncio.ts';
import type { FolderArguments, PassName } from '../arguments.ts';
import { concurrentPass, warmUp } from './concurrentPass.ts';
import type { FileSystem } from './fileSystem.ts';
import { collectGarbage } from '../garbage.ts';
import { machine, measure } from '../measure.ts';
import { passLabels } from './passReport.ts';
import type { PassReport, RunReport } from './passReport.ts';
import type { Progress } from '../screen/progress.ts';
import type { Page } from '../screen/page.ts';
import { fullReport, logLeft, partialReport } from './report.ts';
import { sequentialPass } from './sequentialPass.ts';
import { Store } from './store.ts';
import type { StoreOptions } from '../openDatabase.ts';
import { showName } from '../screen/text.ts';
import { count, counted, duration, size } from '../screen/units.ts';
import { emptyListing, findFolder, walk } from './walk.ts';
import type { Listing } from './walk.ts';
import type { Work } from './work.ts';

/** What the job is given to work with; tests give it other things than `main.ts`. */
export interface Surroundings {
  readonly fs: FileSystem;
  readonly progress: Progress;
  readonly page: Page;
  /** Takes the lines of the report. */
  readonly print: (lines: readonly string[]) => void;
  /** Calls back when the process is about to end; the function that it returns takes that back. */
  readonly atExit: (callback: () => void) => () => void;
  /** Paths are shown as seen from here. */
  readonly cwd: string;
  readonly store?: StoreOptions;
}

/**
 * Indexes the folder.
 *
 * @throws UserError for what the person can help; CancelledError when it was cancelled, after everything
 *   that was read has been written.
 */
export async function indexFolder(args: FolderArguments, around: Surroundings): Promise<void> {
  const root = await findFolder(around.fs, args.folder.path, args.folder.given);
  const { progress, page, print } = around;
  const store = new Store(args.db.path, { makeFolder: !args.db.chosen, ...around.store });
  const run: RunReport = {
    folder: showName(args.folder.given),
    database: showName(shortest(around.cwd, args.db.path)),
    limit: args.limit,
    warm: args.warm,
    top: args.top,
    machine: machine(),
    listing: emptyListing(root),
    doing: 'listing the files',
    passes: [],
  };
  let ended = false;
  const end = (why: 'Stopped' | 'Failed' | undefined): void => {
    if (ended) return;
    ended = true;
    progress.close();
    const lines = why === undefined ? fullReport(run, store, page) : partialReport(run, store, why, page);
    const log = store.close();
    print(['', ...lines, ...(log === undefined ? [] : logLeft(log, page))]);
  };
  // A second signal ends the process before this coroutine could clean up; all of it can be done at once.
  const forget = around.atExit(() => {
    settle(run.passes.at(-1), 'interrupted');
    end('Stopped');
  });
  const painter = createTask(() => progress.run(), { name: 'progress' });
  progress.say(introduction(run, args));
  try {
    await list(run.listing, store, around);
    if (args.warm) await warm(run, around);
    store.startRun(root);
    store.addUnread(run.listing.unread);
    for (const name of args.passes) await pass(name, run, store, around);
    end(undefined);
  } catch (error) {
    try {
      end(isCancelled(error) ? 'Stopped' : 'Failed');
    } catch (another) {
      throw new AggregateError([error, another], 'the report failed as well', { cause: error });
    }
    throw error;
  } finally {
    store.close();
    forget();
    await cancelAndWait(painter);
  }
}

function introduction({ folder }: RunReport, { passes, limit }: FolderArguments): string {
  const ways = passes.map(
    (name) => passLabels[name] + (name === 'concurrent' ? ` (${limit} at once)` : ''),
  );
  return `Reads and hashes every file of ${folder}, ${ways.join(', then ')}. Ctrl-C stops it at any moment.`;
}

async function list(listing: Listing, store: Store, { fs, progress }: Surroundings): Promise<void> {
  progress.begin('listing', () => ({ done: listing.files.length, total: undefined, bytes: 0 }));
  const summary = (): string[] => [
    `${counted(listing.files.length, 'file')} in ${counted(listing.folders, 'folder')}`,
  ];
  const place = join(realpathSync(dirname(store.path)), basename(store.path));
  try {
    await walk(fs, listing, new Set(['', '-wal', '-shm', '-journal'].map((suffix) => place + suffix)));
  } catch (error) {
    progress.end('stopped', summary());
    throw error;
  }
  progress.end('done', summary());
}

async function warm(run: RunReport, { fs, progress }: Surroundings): Promise<void> {
  run.doing = 'warming up';
  const work = newWork(fs, run.listing);
  const elapsed = measure();
  begin(progress, 'warm-up', work);
  try {
    await warmUp(work, run.limit);
  } catch (error) {
    progress.end('stopped', summaryOf(work, 0, elapsed().elapsed));
    throw error;
  }
  progress.end('done', summaryOf(work, 0, elapsed().elapsed));
}

async function pass(
  name: PassName,
  run: RunReport,
  store: Store,
  { fs, progress }: Surroundings,
): Promise<void> {
  run.doing = `reading ${passLabels[name]}`;
  const work = newWork(fs, run.listing);
  const table = store.startPass(name, work.files.length);
  collectGarbage();
  const stop = measure();
  const report: PassReport = { name, table, state: 'running', measured: stop(), costs: work.costs };
  run.passes.push(report);
  begin(progress, passLabels[name], work);
  try {
    await (name === 'sequential' ? sequentialPass(work, table) : concurrentPass(work, table, run.limit));
    settle(report, 'done');
  } catch (error) {
    settle(report, isCancelled(error) ? 'interrupted' : 'failed');
    throw error;
  } finally {
    report.measured = stop();
    work.costs.storing = table.spent;
    const sum = summaryOf(work, work.files.length, report.measured.elapsed);
    progress.end(report.state === 'done' ? 'done' : 'stopped', sum);
  }
}

/** Writes the last rows of a pass that is not settled yet, and how it ended. */
function settle(pass: PassReport | undefined, state: PassReport['state']): void {
  if (pass?.state !== 'running') return;
  pass.table.commit(state);
  pass.state = state;
}

function newWork(fs: FileSystem, { files }: Listing): Work {
  return { fs, files, tally: { files: 0, bytes: 0, unread: 0 }, costs: { hashing: 0, storing: 0 } };
}

function begin(progress: Progress, label: string, { tally, files }: Work): void {
  progress.begin(label, () => ({
    done: tally.files + tally.unread,
    total: files.length,
    bytes: tally.bytes,
  }));
}

function summaryOf({ tally }: Work, total: number, elapsed: number): string[] {
  const done = tally.files + tally.unread;
  const of = done < total ? ` of ${count(total)}` : '';
  const unread = tally.unread > 0 ? [`${count(tally.unread)} unreadable`] : [];
  return [`${count(done)}${of} files in ${duration(elapsed)}`, size(tally.bytes), ...unread];
}

function shortest(cwd: string, path: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') || below === '' ? path : below;
}
