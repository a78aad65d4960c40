// npm start: the tour, or the index of a folder. `npm start -- --help` says what can be asked.
//
// This file owns what belongs to the process: arguments, streams, signals, exit codes.

import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRunningLoop, isCancelled, run } from '../src/asyncio.ts';
import { helpText, parseArguments } from './arguments.ts';
import type { Arguments, TourArguments } from './arguments.ts';
import { asJson } from './asJson.ts';
import { details } from './details.ts';
import { realFileSystem } from './folder/fileSystem.ts';
import { indexFolder } from './folder/indexFolder.ts';
import { lastScreen, partialScreen } from './lastScreen.ts';
import { rootErrors } from './rootErrors.ts';
import type { Page } from './screen/page.ts';
import { Progress } from './screen/progress.ts';
import { styleFor } from './screen/style.ts';
import { isLive } from './screen/terminal.ts';
import { showName } from './screen/text.ts';
import { counted } from './screen/units.ts';
import { tour } from './tour.ts';
import type { Course } from './tour.ts';
import { UserError } from './userError.ts';

const { env, stdout, stderr } = process;
const project = dirname(dirname(fileURLToPath(import.meta.url)));
// npm starts its scripts in the project's folder, and tells where the person was.
const cwd = (env['npm_lifecycle_event'] === undefined ? undefined : env['INIT_CWD']) ?? process.cwd();

const print = (lines: readonly string[]): void => void stdout.write(`${lines.join('\n')}\n`);

function atExit(callback: () => void): () => void {
  process.once('exit', callback);
  return () => void process.off('exit', callback);
}

async function main(): Promise<void> {
  let args: Arguments;
  try {
    args = parseArguments(process.argv.slice(2), project, cwd);
  } catch (error) {
    return complain(error);
  }
  if (args.job === 'help') return print([helpText]);
  const progress = new Progress(stderr, isLive(stderr, env), styleFor(stderr));
  // In a file or a pipe names are not cut.
  const page = { width: stdout.isTTY ? Math.max(20, stdout.columns) : 1000, style: styleFor(stdout) };
  try {
    if (args.job === 'tour') await runTour(args, progress, page);
    else await run(() => indexFolder(args, { fs: realFileSystem, progress, page, print, atExit, cwd }));
  } catch (error) {
    complain(error);
  }
}

async function runTour(args: TourArguments, progress: Progress, page: Page): Promise<void> {
  const course: Course = { results: [], at: undefined, integrity: undefined };
  let machine = '';
  let ended = false;
  const end = (state: 'done' | 'stopped' | 'failed'): void => {
    if (ended) return;
    ended = true;
    const database = showName(shortest(args.db.path));
    if (args.json) return print([asJson(course, state, args.db.path)]);
    const place = { machine, database, speed: args.speed };
    if (state === 'done') print(['', ...lastScreen(course, place, page)]);
    else print(['', ...partialScreen(course, state === 'stopped' ? 'Stopped' : 'Failed', place, page)]);
    if (args.details) print(details(course.results, page));
  };
  // After a second signal no code runs but this.
  const atLast = (callback: () => void): (() => void) => {
    return atExit(() => {
      callback();
      end('stopped');
    });
  };
  try {
    await run(async () => {
      await tour(args, course, { progress, atExit: atLast });
      const cores = counted(availableParallelism(), 'core');
      machine = `Node ${process.versions.node}, ${cores}, ${getRunningLoop().backend.name} backend`;
    });
    end('done');
  } catch (error) {
    // What was asked wrongly is said before anything begins.
    if (course.at !== undefined) end(rootErrors(error).every(isCancelled) ? 'stopped' : 'failed');
    throw error;
  }
}

/** Says what went wrong, and sets the exit code. */
function complain(error: unknown): void {
  const errors = rootErrors(error);
  const known = errors.find((each) => each instanceof UserError);
  if (known !== undefined) {
    stderr.write(`tour: ${known.message}.\n`);
    process.exitCode = known.exitCode;
  } else if (errors.every(isCancelled)) {
    process.exitCode = (error as { exitCode?: number }).exitCode ?? 130;
  } else {
    for (const each of errors)
      stderr.write(`tour: ${each instanceof Error ? (each.stack ?? each.message) : String(each)}\n`);
    process.exitCode = 1;
  }
}

function shortest(path: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') || below === '' ? path : below;
}

// Whoever reads the report has heard enough (`npm start | head`): that is no error of ours.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

await main();
