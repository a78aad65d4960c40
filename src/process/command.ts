// The arguments of a child, as they come: telling the program's own from the options, and checking both.
//
// 1. Behind the program come its arguments, and then the options: `('git', 'log', '-1', { cwd })`. An array in their
//    place is all of them: `('git', args, { cwd })`.
// 2. An argument is a string, or a URL of a file, which stands for its path. So the last one is the options if it is any
//    other object, and there is nothing to guess.
// 3. An option that does not exist is refused, as Python does: a child that is started without what was meant by it
//    can't be called back.

import { InvalidArgumentError } from '../base/errors.ts';
import { checkOptions } from '../base/checkOptions.ts';
import { showValue } from '../base/show.ts';
import { pathOfUrl } from '../sys/host/unixSocketFile.ts';
import type { ChildCommand } from '../sys/host/childProcess.ts';
import { StreamReader } from '../streams/streamReader.ts';
import { checkErrorTarget, checkSource, childDescriptor } from './stdio.ts';
import type { StdioSource } from './stdio.ts';
import type { SubprocessOptions } from './options.ts';

/** An argument of a program: text, or a file by its URL.
 * @example
 * ```ts
 * import { createSubprocessExec, run, type ProgramArgument } from 'asyncio-ts';
 * await run(async () => {
 *   const folder: ProgramArgument = new URL('file:///');
 *   const process = await createSubprocessExec('test', '-d', folder);
 *   console.log(await process.wait()); // -> 0
 * });
 * ```
 */
export type ProgramArgument = string | URL;

/** What is behind the program in a call. */
export type ProgramArguments<O> =
  | [...args: ProgramArgument[]]
  | [...args: ProgramArgument[], options: O]
  | [args: readonly ProgramArgument[], options?: O];

/** A child to be started, checked. */
export interface ChildRequest {
  readonly command: ChildCommand;
  readonly stdin: StdioSource;
  readonly stdout: StdioSource;
  readonly stderr: StdioSource | 'stdout';
  /** What is written to its standard input. */
  readonly feed: StreamReader | undefined;
  /** Descriptors that it gets under their own numbers. */
  readonly passFds: readonly number[];
}

const OPTIONS: ReadonlySet<string> = new Set([
  ...['stdin', 'stdout', 'stderr', 'limit', 'cwd', 'env', 'passFds', 'startNewSession', 'processGroup'],
  ...['executable', 'user', 'group'],
]);

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['shell', 'use createSubprocessShell or subprocessShell'],
  ...['text', 'encoding', 'errors', 'universalNewlines'].map(
    (name) => [name, 'pipes carry bytes: decode what is read'] as const,
  ),
  ['bufsize', 'pipes are not buffered'],
  ['closeFds', 'a child gets the descriptors of its stdio and of passFds only'],
  ['preexecFn', 'no code of this process runs in a child'],
]);

/** Tells arguments from options. @throws InvalidArgumentError */
export function splitArguments<O extends object>(
  program: unknown,
  rest: readonly unknown[],
): [words: [string, ...string[]], options: Partial<O>] {
  let [args, options] = [rest, {} as unknown];
  if (Array.isArray(rest[0])) {
    args = rest[0];
    options = rest[1] ?? {};
    if (rest.length > 2)
      throw new InvalidArgumentError('args', 'behind an array of arguments come the options alone');
  } else if (rest.length > 0 && isOptions(rest.at(-1))) {
    args = rest.slice(0, -1);
    options = rest.at(-1);
  }
  checkOptions(options, 'a child process');
  const words = args.map((arg) => checkWord(arg, 'args', 'an argument of a program'));
  const file = checkWord(program, 'program', 'a program');
  if (file === '') throw new InvalidArgumentError('program', 'a program has a name, and this is empty');
  return [[file, ...words], options as Partial<O>];
}

function isOptions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof URL);
}

/** @throws InvalidArgumentError */
export function checkWord(value: unknown, argument: string, what: string): string {
  const word = value instanceof URL ? pathOfUrl(value) : value;
  if (typeof word !== 'string')
    throw new InvalidArgumentError(
      argument,
      `${what} is a string or the URL of a file, not ${showValue(value)}`,
    );
  if (word.includes('\0'))
    throw new InvalidArgumentError(
      argument,
      `${what} can't have a zero character in it: ${showValue(word)}`,
    );
  return word;
}

/** @param unset what a stream is connected to that the options say nothing of
 * @throws InvalidArgumentError */
export function checkRequest(
  [program, ...args]: readonly [string, ...string[]],
  options: Partial<SubprocessOptions>,
  unset: 'pipe' | 'inherit',
): ChildRequest {
  for (const name of Object.keys(options)) if (!OPTIONS.has(name)) throw unknownOption(name);
  const { stdin = unset, stdout = unset, stderr = unset, passFds = [], executable } = options;
  const feed = stdin instanceof StreamReader ? stdin : undefined;
  return {
    command: {
      file: executable === undefined ? program : checkWord(executable, 'executable', 'an executable'),
      args,
      ...(executable !== undefined && { name: program }),
      cwd: options.cwd === undefined ? undefined : checkWord(options.cwd, 'cwd', 'a working folder'),
      env: options.env === undefined ? undefined : checkEnv(options.env),
      detached: checkGroup(options),
      uid: checkId(options.user, 'user'),
      gid: checkId(options.group, 'group'),
    },
    stdin: feed === undefined ? checkSource(stdin, 'stdin') : 'pipe',
    stdout: checkSource(stdout, 'stdout'),
    stderr: checkErrorTarget(stderr),
    feed,
    passFds: checkPassed(passFds),
  };
}

function unknownOption(name: string): InvalidArgumentError {
  const instead = INSTEAD.get(name);
  return new InvalidArgumentError(
    name,
    `there is no option ${name} of a child process${instead === undefined ? '' : `: ${instead}`}`,
  );
}

function checkEnv(env: unknown): Record<string, string> {
  checkOptions(env, "a child's env");
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(env as Record<string, unknown>)) {
    if (value === undefined) continue;
    if (name === '' || name.includes('='))
      throw new InvalidArgumentError('env', `a variable can't be called ${showValue(name)}`);
    checked[checkWord(name, 'env', "a variable's name")] = checkWord(value, 'env', `the variable ${name}`);
  }
  return checked;
}

function checkGroup({ startNewSession = false, processGroup }: Partial<SubprocessOptions>): boolean {
  if (typeof startNewSession !== 'boolean')
    throw new InvalidArgumentError(
      'startNewSession',
      `startNewSession is true or false, not ${showValue(startNewSession)}`,
    );
  if (processGroup === undefined) return startNewSession;
  if ((processGroup as unknown) === 0) return true;
  throw new InvalidArgumentError(
    'processGroup',
    `processGroup is 0, a new group: a child can't join group ${showValue(processGroup)}`,
  );
}

function checkId(id: unknown, option: string): number | undefined {
  if (id === undefined || (typeof id === 'number' && Number.isInteger(id) && id >= 0)) return id;
  throw new InvalidArgumentError(option, `${option} is a number of the system's, not ${showValue(id)}`);
}

function checkPassed(passed: unknown): readonly number[] {
  const wrong = (value: unknown): InvalidArgumentError =>
    new InvalidArgumentError(
      'passFds',
      `passFds is a list of descriptors from 3 up, and has ${showValue(value)}`,
    );
  if (!Array.isArray(passed)) throw wrong(passed);
  return passed.map((value: unknown) => {
    const fd = childDescriptor(value);
    if (fd === undefined || fd < 3) throw wrong(value);
    return fd;
  });
}
