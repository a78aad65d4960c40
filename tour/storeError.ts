// What SQLite's errors mean to the person at the keyboard.

import { showName } from './screen/text.ts';
import { UserError } from './userError.ts';

/** SQLite's result codes that have something of their own to say. */
export const resultCode = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  noDatabase: 26,
};

/** SQLite's primary result code of an error, or undefined when it is none of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as { errcode?: unknown }).errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** The error as one sentence, if it is SQLite's; any other error as it is. */
export function storeError(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined || error instanceof UserError) return error;
  const name = `the database '${showName(file)}'`;
  const { busy, readOnly, ioError, corrupt, full, cannotOpen, noDatabase } = resultCode;
  const say: Record<number, [string, 1 | 2]> = {
    [busy]: [`${name} is in use by another program`, 2],
    [readOnly]: [`no permission to write to ${name}`, 2],
    [cannotOpen]: [`${name} cannot be opened or created`, 2],
    [noDatabase]: [`'${showName(file)}' is not a SQLite database, and is left as it is`, 2],
    [full]: [`no room left for ${name}: the disk is full`, 1],
    [ioError]: [`${name} could not be written: the disk is full or fails`, 1],
    [corrupt]: [`${name} is damaged`, 1],
  };
  const [sentence, exitCode] = say[code] ?? [`${name}: ${(error as Error).message}`, 1];
  return new UserError(sentence, exitCode, { cause: error });
}
