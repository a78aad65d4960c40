// `asyncio run FILE`: imports a module and runs its main under the loop. Other commands run it so with a tool at work
// beside it, as `asyncio trace FILE` does.

import { inspect } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { createRequire } from 'node:module';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { InterruptedError } from '../asyncio.ts';
import type { run, RunOptions } from '../asyncio.ts';
import type * as Inspect from '../inspect/inspect.ts';
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

/** What is at work while a file runs. */
export interface RunTool {
  /** The command. */
  readonly name: string;
  /** Its options beside those of `asyncio run`. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Called with their values before the program is loaded.
   * @throws CommandError for bad ones */
  begin(values: Values, inspect: typeof Inspect): void;
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

const NO_TOOL: RunTool = { name: 'run', options: {}, begin: () => {} };

export async function runFile(argv: readonly string[], tool: RunTool = NO_TOOL): Promise<void> {
  const parsed = parse(argv, tool);
  const { values } = parsed;
  if (values['help'] === true) {
    console.log(helpText(tool.name));
    return;
  }
  const request = readRequest(parsed, tool.name);
  const path = await findFile(request.file);
  ensureTypeStripping(path);
  process.argv = [process.argv[0] ?? 'node', path, ...request.args];
  if (tool !== NO_TOOL)
    tool.begin(values, await libraryOf(path, 'asyncio-ts/inspect', () => import('../inspect/inspect.ts')));
  if (request.everywhere) await import('../everywhere/register.ts');
  const main = await importMain(path, request.file);
  const { run: runIt } = await libraryOf<{ run: Run }>(path, 'asyncio-ts', () => import('../asyncio.ts'));
  try {
    await runIt(() => main(request.args), request.options);
  } catch (error) {
    fail(error);
  }
}

type Parsed = ReturnType<typeof parse>;

function readRequest({ values, positionals, tokens }: Parsed, command: string): Request {
  const end = tokens.find((token) => token.kind === 'option-terminator')?.index ?? Infinity;
  const before = tokens.filter((token) => token.kind === 'positional' && token.index < end).length;
  if (before === 0) throw new CommandError(`which file? asyncio ${command} FILE`);
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
    everywhere: values['everywhere'] === true,
    options: {
      debug: values['debug'] === true ? true : undefined,
      handleSignals: values['no-signals'] !== true,
      shutdownTimeout:
        typeof timeout === 'string' ? milliseconds(timeout, '--shutdown-timeout') : undefined,
    },
  };
}

// eslint-disable-next-line typescript/explicit-function-return-type -- parseArgs infers it from the options
const parse = (argv: readonly string[], tool: RunTool) =>
  readArguments({
    args: [...argv],
    allowPositionals: true,
    tokens: true,
    options: {
      ...tool.options,
      debug: { type: 'boolean' },
      everywhere: { type: 'boolean' },
      'shutdown-timeout': { type: 'string' },
      'no-signals': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });

/** @throws CommandError for what is no time */
export function milliseconds(text: string, option: string): number {
  const value = text === 'Infinity' ? Infinity : Number(text);
  if (text.trim() === '' || Number.isNaN(value) || value < 0) {
    throw new CommandError(`${option} takes milliseconds, not ${JSON.stringify(text)}`);
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
async function libraryOf<T>(path: string, name: string, own: () => Promise<T>): Promise<T> {
  let entry: string;
  try {
    entry = pathToFileURL(createRequire(path).resolve(name)).href;
  } catch {
    return await own();
  }
  const library = (await import(entry)) as { default?: T } & T;
  return library.default ?? library;
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
