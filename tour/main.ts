// npm start: the tour. Indexes the files of a folder twice, one after the other and concurrently, into a
// SQLite database, and compares. `npm start -- --help` says what can be asked.
//
// This file owns what belongs to the process: arguments, streams, signals, exit codes.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCancelled, run } from '../src/asyncio.ts';
import { helpText, parseArguments } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { rootErrors } from './rootErrors.ts';
import { realFileSystem } from './fileSystem.ts';
import { Progress } from './progress.ts';
import { styleFor } from './style.ts';
import { isLive } from './terminal.ts';
import { tour } from './tour.ts';
import { UserError } from './userError.ts';

const { env, stdout, stderr } = process;
const project = dirname(dirname(fileURLToPath(import.meta.url)));
// npm starts its scripts in the project's folder, and tells where the person was.
const cwd = (env['npm_lifecycle_event'] === undefined ? undefined : env['INIT_CWD']) ?? process.cwd();

async function main(): Promise<void> {
  let args: Arguments;
  try {
    args = parseArguments(process.argv.slice(2), project, cwd);
  } catch (error) {
    return complain(error);
  }
  if (args.help) {
    stdout.write(`${helpText}\n`);
    return;
  }
  const progress = new Progress(stderr, isLive(stderr, env), styleFor(stderr));
  // In a file or a pipe names are not cut.
  const page = { width: stdout.isTTY ? Math.max(20, stdout.columns) : 1000, style: styleFor(stdout) };
  const print = (lines: readonly string[]): void => void stdout.write(`${lines.join('\n')}\n`);
  const atExit = (callback: () => void): (() => void) => {
    process.once('exit', callback);
    return () => void process.off('exit', callback);
  };
  try {
    await run(() => tour(args, { fs: realFileSystem, progress, page, print, atExit, cwd }));
  } catch (error) {
    complain(error);
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

// Whoever reads the report has heard enough (`npm start | head`): that is no error of ours.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

await main();
