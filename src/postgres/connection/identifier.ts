// Names in SQL text. Values never belong there: they are arguments.

import { InvalidArgumentError } from '../../asyncio.ts';

/** A name of a table, column, channel or the like as SQL text, whatever is in it. Several make a qualified name.
 * @throws InvalidArgumentError for an empty name, or one with a NUL
 * @example
 * ```ts
 * import { quoteIdentifier } from 'asyncio-ts/postgres';
 * console.log(quoteIdentifier('user'), quoteIdentifier('app', 'a"b')); // -> "user" "app"."a""b"
 * ```
 */
export function quoteIdentifier(...names: readonly string[]): string {
  if (names.length === 0) throw new InvalidArgumentError('names', 'quoteIdentifier takes a name');
  return names.map(quote).join('.');
}

function quote(name: string): string {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) {
    throw new InvalidArgumentError(
      'names',
      'a name is a string that is not empty and has no NUL character',
    );
  }
  if (!name.isWellFormed()) {
    throw new InvalidArgumentError('names', 'half of a surrogate pair is nothing that UTF-8 can hold');
  }
  return `"${name.replaceAll('"', '""')}"`;
}

const LONGEST_NAME = 63;

/** The name of a channel as SQL text. The server cuts off what is too long, and then nothing would be heard by that name. */
export function quoteChannel(name: string): string {
  const quoted = quote(name);
  if (Buffer.byteLength(name) <= LONGEST_NAME) return quoted;
  throw new InvalidArgumentError('channel', `the name of a channel has at most ${LONGEST_NAME} bytes`);
}

/** A text as an SQL literal, for commands that take no parameters (COPY, NOTIFY). */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) {
    throw new InvalidArgumentError('text', 'a text for the server has no NUL character');
  }
  const quoted = `'${text.replaceAll("'", "''")}'`;
  // Right whatever standard_conforming_strings says.
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
