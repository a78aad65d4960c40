// Text for people: how wide a string is in a terminal, and how a name from a disk is made safe to show.
// Names come from strangers: they may hold line breaks, escape sequences, wide characters, or bytes that
// are no text at all. Nothing from a disk reaches the terminal but through `showName`.

import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many terminal columns the text takes; it must hold no escape sequences. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** The text cut to `width` columns, an ellipsis in the middle: of a path both ends tell something. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const head = take(parts, Math.floor((width - 1) / 3));
  const tail = take(parts.reverse(), width - 1 - displayWidth(head.join('')));
  return `${head.join('')}…${tail.reverse().join('')}`;
}

/** The text padded with spaces to `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + spaces : spaces + text;
}

/** A file name as one line of harmless text: control characters and stray bytes as `\n`, `\x1b`, `\xe9`. */
export function showName(name: string | Uint8Array): string {
  if (typeof name === 'string') return escapeControls(name);
  const bytes = Buffer.from(name);
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return escapeControls(text);
  let shown = '';
  for (const byte of bytes) shown += byte < 0x80 ? escapeControls(String.fromCharCode(byte)) : hex(byte);
  return shown;
}

/** Folds the text at spaces into lines of at most `width` columns; a number stays with its unit. */
export function wrap(text: string, width: number): string[] {
  const together = text.replace(/(?<=\d) (?=(?:µs|ms|s|min|h|[kMGTP]?B|cores?|times)\b|%)/g, '\u00a0');
  return wrapAnsi(together, width)
    .split('\n')
    .map((line) => line.replaceAll('\u00a0', ' '));
}

function take(parts: string[], width: number): string[] {
  let used = 0;
  const taken: string[] = [];
  for (const part of parts) {
    used += displayWidth(part);
    if (used > width) break;
    taken.push(part);
  }
  return taken;
}

function escapeControls(text: string): string {
  // The bidirectional overrides are controls too: they can make one name look like another.
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (c) => {
    if (c === '\n') return '\\n';
    if (c === '\t') return '\\t';
    if (c === '\r') return '\\r';
    const code = c.codePointAt(0) ?? 0;
    return code < 0x100 ? hex(code) : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
