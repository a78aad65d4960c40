// What a reader holds, taken out of it: the tests' look into the buffer.

import type { StreamReader } from '../../../src/streams/streamReader.ts';

export const DATA = 'line1\nline2\nline3\n';

export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** All that is held, which is gone then. */
export function held(reader: StreamReader): string {
  return reader._takeUnread()?.toString('latin1') ?? '';
}

/** How much is held. */
export function size(reader: StreamReader): number {
  return reader._bytes.length;
}
