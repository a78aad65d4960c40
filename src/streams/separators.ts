// What ends a message in `readUntil`: one byte string or several, of which the earliest end counts.

import { isBytes } from '../base/bytes.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { copyBytes } from '../sys/libc/memory.ts';

/** Separators as the search wants them. */
export interface Separators {
  /** Shortest first, so that among matches with one end the shortest wins. */
  readonly all: readonly (Buffer | number)[];
  readonly shortest: number;
  readonly longest: number;
}

/** The end of a line. */
export const NEWLINE: Separators = { all: [10], shortest: 1, longest: 1 };

/** @throws InvalidArgumentError when there is none, or an empty one */
export function toSeparators(separator: Uint8Array | readonly Uint8Array[]): Separators {
  const list = (Array.isArray(separator) ? separator : [separator]) as readonly Uint8Array[];
  if (list.length === 0) {
    throw new InvalidArgumentError('separator', 'readUntil needs at least one separator');
  }
  const all = list.map(toBytes).sort((a, b) => a.length - b.length);
  const shortest = (all[0] as Buffer).length;
  if (shortest === 0) throw new InvalidArgumentError('separator', 'a separator has at least one byte');
  return {
    // One byte is searched faster than a string of one.
    all: all.map((bytes) => (bytes.length === 1 ? (bytes[0] as number) : bytes)),
    shortest,
    longest: (all[all.length - 1] as Buffer).length,
  };
}

function toBytes(separator: unknown): Buffer {
  if (isBytes(separator)) return copyBytes(separator);
  throw new InvalidArgumentError(
    'separator',
    `a separator is a Uint8Array, or one of a list of them, not ${typeof separator}`,
  );
}
