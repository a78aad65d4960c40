// The modes of `open`, as Python has them.

import { constants } from 'node:fs';
import { InvalidArgumentError } from '../../asyncio.ts';

/** What a mode says. */
export interface Mode {
  /** As Python prints it: `'rb+'`. */
  readonly name: string;
  readonly reading: boolean;
  readonly writing: boolean;
  readonly appending: boolean;
  readonly binary: boolean;
  /** For the host's open. */
  readonly flags: number;
}

/** Whether a mode makes a file of bytes: it has a `b`. */
export type IsBinary<M extends string> = M extends `${string}b${string}` ? true : false;

/** @throws InvalidArgumentError in Python's words */
export function parseMode(mode: string): Mode {
  if (typeof mode !== 'string')
    throw new InvalidArgumentError('mode', "a mode is a string such as 'r' or 'wb'");
  const letters = new Set(mode);
  if (letters.size !== mode.length || /[^rwaxbt+]/.test(mode))
    throw new InvalidArgumentError('mode', `invalid mode: '${mode}'`);
  const [kind, ...others] = mode.split('').filter((letter) => 'rwax'.includes(letter));
  if (letters.has('b') && letters.has('t'))
    throw new InvalidArgumentError('mode', "can't have text and binary mode at once");
  if (kind === undefined || others.length > 0)
    throw new InvalidArgumentError('mode', 'must have exactly one of create/read/write/append mode');
  const updating = letters.has('+');
  const reading = kind === 'r' || updating;
  const writing = kind !== 'r' || updating;
  const access = reading ? (writing ? constants.O_RDWR : constants.O_RDONLY) : constants.O_WRONLY;
  const making = {
    r: 0,
    w: constants.O_CREAT | constants.O_TRUNC,
    a: constants.O_CREAT | constants.O_APPEND,
    x: constants.O_CREAT | constants.O_EXCL,
  }[kind as 'r' | 'w' | 'a' | 'x'];
  return {
    name: mode,
    reading,
    writing,
    appending: kind === 'a',
    binary: letters.has('b'),
    flags: access | making,
  };
}
