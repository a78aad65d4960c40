// A reader in one line, as `inspect` shows it.

import type { Inspect } from '../base/show.ts';
import type { ReadSource } from './readRules.ts';
import { DEFAULT_LIMIT } from './streamArguments.ts';

/** `waiting` is the read that waits. */
export function describeReader(
  { _bytes: bytes, _ended: ended, _limit: limit }: ReadSource,
  waiting: string | undefined,
  error: unknown,
  { transport, paused }: { readonly transport: unknown; readonly paused: boolean },
  inspect: Inspect,
): string {
  const parts = ['StreamReader'];
  if (bytes.length > 0) parts.push(`${bytes.length} bytes`);
  if (ended !== false) parts.push('eof');
  if (limit !== DEFAULT_LIMIT) parts.push(`limit=${limit}`);
  if (waiting !== undefined) parts.push(`waiting=${waiting}`);
  // Its name says enough here: the stack would be longer than everything else.
  if (error !== undefined) parts.push(`exception=${error instanceof Error ? error.name : inspect(error)}`);
  if (transport !== undefined) parts.push(`transport=${inspect(transport)}`);
  if (paused) parts.push('paused');
  return `<${parts.join(' ')}>`;
}
