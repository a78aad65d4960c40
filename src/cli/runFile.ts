// `asyncio run FILE`: imports a module and runs its main under the loop.

import { inspect } from 'node:util';
import { createRequire } from 'node:module';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { InterruptedError, run } from '../asyncio.ts';
import type { RunOptions } from '../asyncio.ts';
import { CommandError } from './commandError.ts';
import { helpText } from './help.ts';
import { readArguments } from './readArguments.ts';
import { ensureTypeStripping } from './typeStripping.ts';

interface Request {
  readonly file: string;
  readonly args: string[];
  readonly everywhere: boolean;
  readonly options: RunOptions;
}

type Run = typeof run;

export async function runFile(argv: readonly string[]): Promise<void> {
  const request = readRequest(argv);
  if (request === undefined) {
    console.log(helpText('run'));
    return;
  }
  const path = await findFile(request.file);
  ensureTypeStripping(path);
  process.argv = [process.argv[0] ?? 'node', path, ...request.args];
  if (request.everywhere) await import('../everywhere/register.ts');
  const main = await importMain(path, request.file);
  const runIt = await libraryOf(path);
  try {
    await runIt(() => main(request.args), request.options);
  } catch (error) {
    fail(error);
  }
}

function readRequest(argv: readonly string[]): Request | undefined {
  const { values, positionals, tokens } = readArguments({
    args: [...argv],
    allowPositionals: true,
    tokens: true,
    options: {
      debug: { type: 'boolean' },
      everywhere: { type: 'boolean' },
      'shutdown-timeout': { type: 'string' },
      'no-signals': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const end = tokens.find((token) => token.kind === 'option-terminator')?.index ?? Infinity;
  const before = tokens.filter((token) => token.kind === 'positional' && token.index < end).length;
  if (before === 0) throw new CommandError('which file? asyncio run FILE');
  if (before > 1) {
    throw new CommandError(
      `too much: ${JSON.stringify(positionals[1])}; the program's own arguments go after --`,
    );
  }
  const [file = '', ...args] = positionals;
  const timeout = values['shutdown-timeout'];
  return {
    file,
    args,
    everywhere: values.everywhere === true,
    options: {
      debug: values.debug === true ? true : undefined,
      handleSignals: values['no-signals'] !== true,
      shutdownTimeout: timeout === undefined ? undefined : milliseconds(timeout),
    },
  };
}

function milliseconds(text: string): number {
  const value = text === 'Infinity' ? Infinity : Number(text);
  if (text.trim() === '' || Number.isNaN(value) || value < 0) {
    throw new CommandError(`--shutdown-timeout takes milliseconds, not ${JSON.stringify(text)}`);
  }
  return value;
}

async function findFile(file: string): Promise<string> {
  const path = resolve(file);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      error.code === 'ENOENT' ? `no such file: ${file}` : `cannot read ${file}: ${error.code}`,
    );
  });
  if (!found.isFile()) throw new CommandError(`not a file: ${file}`);
  return path;
}

async function importMain(path: string, shown: string): Promise<(args: string[]) => unknown> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const notFound = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
    // The stack of an import that was not found is the loader's alone.
    if (notFound) throw new CommandError(`${shown} could not be loaded: ${(error as Error).message}`, 1);
    console.error(`asyncio: ${shown} could not be loaded`);
    fail(error);
  }
  const { main } = module;
  if (typeof main === 'function') return main as (args: string[]) => unknown;
  if ('main' in module) throw new CommandError(`${shown} exports main, but it is no function`);
  throw new CommandError(
    `${shown} exports no main: add "export async function main() { … }"` +
      (typeof module['default'] === 'function' ? ' (its default export is not used)' : ''),
  );
}

// The program must run on the copy of the library that it imports itself: this command may be another copy,
// installed globally, and then its loop would be a stranger to the program. What is found is the file for require(),
// which has the same copy as its default export.
async function libraryOf(path: string): Promise<Run> {
  let entry: string;
  try {
    entry = createRequire(path).resolve('asyncio-ts');
  } catch {
    return run;
  }
  const library = (await import(pathToFileURL(entry).href)) as { run?: Run; default: { run: Run } };
  return library.run ?? library.default.run;
}

function fail(error: unknown): never {
  const code = (error as Partial<InterruptedError> | undefined)?.exitCode;
  const interrupted = error instanceof Error && error.name === InterruptedError.prototype.name;
  if (interrupted && code !== undefined) process.exit(code);
  console.error(
    error instanceof SyntaxError
      ? syntaxText(error)
      : inspect(error, { colors: process.stderr.isTTY && process.stderr.hasColors() }),
  );
  process.exit(1);
}

// The engine puts the place before the message; the rest of the stack is the loader's.
function syntaxText(error: SyntaxError): string {
  const lines = (error.stack ?? error.message).split('\n');
  const firstFrame = lines.findIndex((line) => line.startsWith('    at '));
  return (firstFrame === -1 ? lines : lines.slice(0, firstFrame)).join('\n');
}
