// What each kind of read waits for, and what it takes. A rule has no state of its own: what the caller asked
// for is its `param`, and everything else is the source's.
//
// - `ready` says whether the read can end now. It changes nothing, and once true it stays true, whatever is
//   added.
// - `take` ends it: takes the bytes out, or throws what the read throws.

import { IncompleteReadError, LimitOverrunError, LineTooLongError, overrun } from './streamErrors.ts';
import type { DroppedLine } from './droppedLine.ts';
import type { Landing } from './landing.ts';
import type { ReadBuffer } from './readBuffer.ts';
import { NEWLINE } from './separators.ts';
import type { Separators } from './separators.ts';

/** What a rule reads from. */
export interface ReadSource {
  /** @internal */ readonly _bytes: ReadBuffer;
  /** No more bytes will come; `'here'` where this side has closed the connection. @internal */
  readonly _ended: boolean | 'here';
  /** The error of an end without close_notify. @internal */ readonly _cut: unknown;
  /** @internal */ readonly _limit: number;
  /** The line that was given up. @internal */ readonly _dropped: DroppedLine;
}

export interface ReadRule<P, R = Buffer> {
  /** As the caller knows it. */
  readonly name: string;
  ready(source: ReadSource, param: P): boolean;
  take(source: ReadSource, param: P): R;
  /** Memory that the bytes may be received into, for rules that have some. */
  landing?(param: P): Landing | undefined;
  /** Takes bytes that nobody else has while nothing is held, without telling whoever waits; false to leave them. */
  deliver?(param: P, data: Buffer): boolean;
  /** True where all bytes will do. */
  readonly some?: true;
}

/** A separator, and how long the message in front of it may be. */
export interface UntilRequest {
  readonly separators: Separators;
  readonly limit: number;
}

/** No bytes, as the receiver's own. */
export function noBytes(): Buffer {
  return Buffer.alloc(0);
}

// What is read to the end throws when that is none; what had come stays.
function meetEnd({ _cut: cut }: ReadSource): void {
  if (cut !== undefined) throw cut;
}

// A message that did not come whole says so itself.
function incomplete(source: ReadSource, count?: number): IncompleteReadError {
  const closedHere = source._ended === 'here';
  return new IncompleteReadError(takeAll(source), count, { cause: source._cut, closedHere });
}

function takeAll(source: ReadSource): Buffer {
  return source._bytes.length === 0 ? noBytes() : source._bytes.take(source._bytes.length);
}

/** Up to a number of bytes, once there are any. */
export const readSome: ReadRule<number> = {
  name: 'read',
  some: true,
  ready: (source) => source._bytes.length > 0 || source._ended !== false,
  take(source, count) {
    const held = source._bytes.length;
    if (held === 0) meetEnd(source);
    return held === 0 ? noBytes() : source._bytes.take(count < held ? count : held);
  },
};

/** Bytes into memory that is there already; returns how many, 0 at the end. */
export const readInto: ReadRule<Landing, number> = {
  name: 'readInto',
  ready: (source, landing) => landing.count > 0 || source._bytes.length > 0 || source._ended !== false,
  take(source, landing) {
    const { count } = landing;
    if (count > 0) {
      landing.landed();
      landing.count = 0;
      return count;
    }
    if (source._bytes.length > 0) return source._bytes.moveInto(landing.room());
    meetEnd(source);
    return 0;
  },
  landing: (landing) => landing,
};

/** Everything up to the end. */
export const readAll: ReadRule<undefined> = {
  name: 'read',
  ready: (source) => source._ended !== false,
  take(source) {
    meetEnd(source);
    return takeAll(source);
  },
};

/** A number of bytes, neither more nor fewer. */
export const readCount: ReadRule<number> = {
  name: 'readExactly',
  ready: (source, count) => source._bytes.length >= count || source._ended !== false,
  take(source, count) {
    if (source._bytes.length >= count) return source._bytes.take(count);
    throw incomplete(source, count);
  },
};

/** A message with its separator. */
export const readMessage: ReadRule<UntilRequest> = {
  name: 'readUntil',
  ready: (source, { separators, limit }) =>
    source._bytes.find(separators) || source._ended !== false || source._bytes.unmatched > limit,
  take(source, { separators, limit }) {
    const bytes = source._bytes;
    if (bytes.find(separators)) {
      const length = bytes.messageLength;
      if (length > limit) throw new LimitOverrunError(overrun('the message is longer than', limit), length);
      return bytes.take(bytes.messageEnd);
    }
    if (bytes.unmatched > limit) {
      throw new LimitOverrunError(overrun('no separator within', limit), bytes.unmatched);
    }
    throw incomplete(source);
  },
};

/** A line with its end; at the end of the stream what is left. */
export const readLine: ReadRule<undefined> = lineRule((bytes, count) => bytes.take(count));

/** The same, for code that needs it until the next read only. */
export const lendLine: ReadRule<undefined> = lineRule((bytes, count) => bytes.lend(count));

function lineRule(takeOut: (bytes: ReadBuffer, count: number) => Buffer): ReadRule<undefined> {
  return {
    name: 'readline',
    ready: (source) =>
      source._bytes.find(NEWLINE) || source._ended !== false || source._bytes.unmatched > source._limit,
    take(source) {
      const bytes = source._bytes;
      const limit = source._limit;
      if (bytes.find(NEWLINE)) {
        const end = bytes.messageEnd;
        if (end <= limit + 1) return takeOut(bytes, end);
        bytes.skip(end);
        throw new LineTooLongError(end - 1, limit);
      }
      const length = bytes.length;
      if (length <= limit) {
        meetEnd(source);
        return length === 0 ? noBytes() : takeOut(bytes, length);
      }
      source._dropped.begin(bytes, source._ended !== false);
      throw new LineTooLongError(length, limit);
    },
  };
}
