// What a child's standard input, output and error are connected to, as the caller says it.

import type { StreamReader } from '../streams/streamReader.ts';
import { isDescriptor } from '../base/checkDescriptor.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';

/** A pipe to the child: asyncio.subprocess.PIPE.
 * @example
 * ```ts
 * import { createSubprocessExec, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   const process = await createSubprocessExec('echo', 'hello', { stdout: PIPE });
 *   console.log(String((await process.communicate())[0]).trim()); // -> hello
 * });
 * ```
 */
export const PIPE = 'pipe' as const;

/** The null device: nothing comes, and what is written is gone. asyncio.subprocess.DEVNULL.
 * @example
 * ```ts
 * import { createSubprocessExec, DEVNULL, run } from 'asyncio-ts';
 * await run(async () => {
 *   const process = await createSubprocessExec('echo', 'unheard', { stdout: DEVNULL });
 *   console.log(await process.wait()); // -> 0
 * });
 * ```
 */
export const DEVNULL = 'devnull' as const;

/** For `stderr`: wherever standard output goes. asyncio.subprocess.STDOUT.
 * @example
 * ```ts
 * import { createSubprocessShell, PIPE, run, STDOUT } from 'asyncio-ts';
 * await run(async () => {
 *   const process = await createSubprocessShell('echo out; echo err >&2', { stdout: PIPE, stderr: STDOUT });
 *   console.log(String((await process.communicate())[0]).split('\n')); // -> [ 'out', 'err', '' ]
 * });
 * ```
 */
export const STDOUT = 'stdout' as const;

/** A descriptor of this process, or what has one: a file handle of node:fs/promises, a socket. It stays the caller's. */
export type ChildDescriptor = number | { readonly fd: number } | { fileno(): number };

/** What a child reads: a pipe, nothing, what this process reads, a descriptor, or what a stream receives, such as another
 * child's output. */
export type ChildInput = 'pipe' | 'devnull' | 'inherit' | ChildDescriptor | StreamReader;

/** Where a child writes: a pipe, nowhere, where this process writes, or a descriptor. */
export type ChildOutput = 'pipe' | 'devnull' | 'inherit' | ChildDescriptor;

/** The same, checked: descriptors are numbers. */
export type StdioSource = 'pipe' | 'devnull' | 'inherit' | number;

const WORDS: readonly unknown[] = [PIPE, DEVNULL, 'inherit'];

/** @throws InvalidArgumentError */
export function checkErrorTarget(value: unknown): StdioSource | 'stdout' {
  return value === STDOUT ? STDOUT : checkSource(value, 'stderr');
}

/** @throws InvalidArgumentError */
export function checkSource(value: unknown, option: string): StdioSource {
  if (WORDS.includes(value)) return value as StdioSource;
  const fd = childDescriptor(value);
  if (fd !== undefined) return fd;
  const also = option === 'stderr' ? ', STDOUT' : option === 'stdin' ? ', a StreamReader' : '';
  throw new InvalidArgumentError(
    option,
    `${option} of a child is PIPE, DEVNULL${also}, 'inherit', a descriptor or what has one, not ${showValue(value)}`,
  );
}

/** The number of a descriptor, or undefined for what has none. */
export function childDescriptor(value: unknown): number | undefined {
  if (isDescriptor(value)) return value;
  const { fd, fileno } = Object(value) as { fd?: unknown; fileno?: unknown };
  const number = typeof fileno === 'function' ? (fileno.call(value) as unknown) : fd;
  return isDescriptor(number) ? number : undefined;
}
