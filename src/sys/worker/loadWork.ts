// Finds the function that a work names: exported by a module, or made from its source.
//
// A function that was sent as source finds no variables of where it was written. Those of the library that make sense in
// a worker are there by their names; the error for others says what to do.

import { UsageError } from '../../base/errors.ts';
import { isInExecutable } from '../host/executable.ts';
import type { WorkSource } from './protocol.ts';

export type WorkFunction = (...args: unknown[]) => unknown;

/** @throws what loading the module throws; UsageError when it exports no such function */
export async function loadWork(
  work: WorkSource,
  offered: Readonly<Record<string, unknown>>,
): Promise<WorkFunction> {
  if ('source' in work) return compile(work, offered);
  const module = await importModule(work.url);
  // What `require` made of a CommonJS module whose names the host could not tell.
  const found =
    module[work.name] ?? (module['default'] as Record<string, unknown> | undefined)?.[work.name];
  if (typeof found === 'function') return found as WorkFunction;
  throw new UsageError(
    `${work.url} exports ${found === undefined ? 'nothing' : 'no function'} called "${work.name}": ` +
      'a worker can call what a module exports',
  );
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    return (await import(/* webpackIgnore: true */ url)) as Record<string, unknown>;
  } catch (error) {
    if (!isInExecutable(url)) throw error;
    throw new UsageError(
      `${url} is in the program's own executable, where only its threads find it, and only if it was named when that was ` +
        'built: put the module beside the executable, or take a ThreadPoolExecutor',
      { cause: error },
    );
  }
}

function compile(
  { source, name }: Extract<WorkSource, { source: string }>,
  offered: Readonly<Record<string, unknown>>,
): WorkFunction {
  const make = (text: string): unknown =>
    // oxlint-disable-next-line no-implied-eval -- that is what it is for
    new Function(...Object.keys(offered), `return (${text});`)(...Object.values(offered));
  try {
    return make(source) as WorkFunction;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A method: `name(…) {…}`, perhaps with `async` or `*` before it.
    const made = make(`{ ${source} }`) as Record<string, unknown>;
    const method = made[name] ?? Object.values(made)[0];
    if (typeof method === 'function') return method as WorkFunction;
    throw error;
  }
}

/** The error that a function sent as source ended with, said so that it helps. */
export function explainMissing(error: unknown, { name }: WorkSource): unknown {
  const missing =
    error instanceof ReferenceError ? /^(\S+) is not defined/.exec(error.message)?.[1] : undefined;
  if (missing === undefined) return error;
  return new UsageError(
    `${name === '' ? 'the function' : `the function "${name}"`} uses "${missing}" of the place where it was written, ` +
      'and is sent to the worker as source: give it as an argument, or export the function from a module ' +
      'and name it by workerModule(url)',
    { cause: error },
  );
}
