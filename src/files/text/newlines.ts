// Line ends: what reading makes of them and where a line ends, what writing makes of '\n'. Python's parameter `newline`.

import { EOL } from 'node:os';
import { InvalidArgumentError } from '../../asyncio.ts';

/** Null: all three kinds end a line and are read as '\n', which is written as the system has it. '': all three end a
 * line, as they are. Any other ends lines as it is, and is what '\n' is written as. */
export type Newline = null | '' | '\n' | '\r' | '\r\n';

/** The kinds that have been met. */
export interface Seen {
  crlf: boolean;
  cr: boolean;
  lf: boolean;
}

export function checkNewline(newline: unknown): Newline {
  if (newline === null || ['', '\n', '\r', '\r\n'].includes(newline as string)) return newline as Newline;
  throw new InvalidArgumentError(
    'newline',
    `illegal newline value: ${JSON.stringify(newline)}; it is null, '', '\\n', '\\r' or '\\r\\n'`,
  );
}

/** Whether '\r' and '\n' that come together must not be parted. */
export function isUniversal(newline: Newline): boolean {
  return newline === null || newline === '';
}

/** What was decoded, as it is read. It doesn't end between '\r' and '\n'. */
export function readAs(newline: Newline, text: string, seen: Seen): string {
  if (!isUniversal(newline)) return text;
  if (!text.includes('\r')) {
    seen.lf ||= text.includes('\n');
    return text;
  }
  seen.crlf ||= text.includes('\r\n');
  seen.cr ||= /\r(?!\n)/.test(text);
  seen.lf ||= /(?<!\r)\n/.test(text);
  return newline === null ? text.replaceAll(/\r\n?/g, '\n') : text;
}

/** Whether every line that is read ends in '\n'. */
export function endsInFeed(newline: Newline): newline is null | '\n' {
  return newline === null || newline === '\n';
}

/** Where the line ends that begins at or before `from`; -1 where its end is not there. */
export function lineEnd(newline: Newline, text: string, from: number): number {
  if (endsInFeed(newline)) return text.indexOf('\n', from) + 1 || -1;
  if (newline !== '') {
    const end = newline;
    const found = text.indexOf(end, from);
    return found < 0 ? -1 : found + end.length;
  }
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) return at + 1;
    if (code === 13) return text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
  }
  return -1;
}

export function writtenAs(newline: Newline, text: string): string {
  const end = newline === null ? EOL : newline;
  return end === '' || end === '\n' ? text : text.replaceAll('\n', end);
}
