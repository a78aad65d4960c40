// What the event loop's methods for children call, as one module.

import { InvalidArgumentError } from '../base/errors.ts';
import { atCallerIfFound } from '../base/callerIfFound.ts';
import { isOSError } from '../base/osError.ts';
import { showValue } from '../base/show.ts';
import { checkOptions } from '../base/checkOptions.ts';
import type { Loop } from '../loop/loop.ts';
import type { ProtocolFactory } from '../transport/protocolFactory.ts';
import { checkRequest, checkWord, splitArguments } from './command.ts';
import type { ChildRequest } from './command.ts';
import type { SubprocessOptions } from './options.ts';
import { startTransport } from './startChild.ts';
import type { ChildTransport } from './childTransport.ts';

const SHELL = '/bin/sh';

/** A program with its arguments. @throws InvalidArgumentError */
export function programRequest(
  program: unknown,
  rest: readonly unknown[],
  unset: 'pipe' | 'inherit',
): [ChildRequest, { limit?: unknown }] {
  const [words, { limit, ...options }] = splitArguments<SubprocessOptions & { limit?: unknown }>(
    program,
    rest,
  );
  return [checkRequest(words, options, unset), { limit }];
}

/** A command line for the shell. @throws InvalidArgumentError */
export function shellRequest(
  command: unknown,
  options: unknown,
  unset: 'pipe' | 'inherit',
): [ChildRequest, { limit?: unknown }] {
  if (typeof command !== 'string')
    throw new InvalidArgumentError('cmd', `a command line is a string, not ${showValue(command)}`);
  const line = checkWord(command, 'cmd', 'a command line');
  checkOptions(options, 'a child process');
  const { limit, executable, ...rest } = options as Partial<SubprocessOptions> & { limit?: unknown };
  const shell = executable === undefined ? SHELL : checkWord(executable, 'executable', 'a shell');
  const request = checkRequest([shell, '-c', line], rest, unset);
  return [request, { limit }];
}

/** What {@link EventLoop.subprocessExec} does. */
export async function subprocessExec<P extends object>(
  loop: Loop,
  factory: ProtocolFactory<P>,
  program: unknown,
  rest: readonly unknown[],
): Promise<[ChildTransport, P]> {
  const [request, { limit }] = programRequest(program, rest, 'pipe');
  refuseLimit(limit);
  try {
    return await startTransport(loop, factory, request);
  } catch (error) {
    throw isOSError(error) ? atCallerIfFound(error, subprocessExec) : error;
  }
}

/** What {@link EventLoop.subprocessShell} does. */
export async function subprocessShell<P extends object>(
  loop: Loop,
  factory: ProtocolFactory<P>,
  command: unknown,
  options: unknown = {},
): Promise<[ChildTransport, P]> {
  const [request, { limit }] = shellRequest(command, options, 'pipe');
  refuseLimit(limit);
  try {
    return await startTransport(loop, factory, request);
  } catch (error) {
    throw isOSError(error) ? atCallerIfFound(error, subprocessShell) : error;
  }
}

function refuseLimit(limit: unknown): void {
  if (limit === undefined) return;
  throw new InvalidArgumentError('limit', 'limit is for createSubprocessExec and createSubprocessShell');
}
