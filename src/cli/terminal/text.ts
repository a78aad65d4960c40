// Text of other programs, made fit for a terminal.
//
// 1. Nothing that a terminal would obey, or that hides or turns what is shown, leaves this command: it is shown as an
//    escape. That is control characters, among them the beginning of escape sequences, the marks that turn the direction
//    of writing, characters without width of their own, and halves of characters.
// 2. Widths are columns: a wide character has two, a mark that combines has none. What is cut is cut between characters as
//    people see them, and ends in an ellipsis.

import stringWidth from 'string-width';

const HARMFUL =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };
const segmenter = new Intl.Segmenter();

/** `text` with everything that is not shown as itself written out: a line break as `\n`, an escape as `\e`. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, (character) => {
    const code = character.codePointAt(0) as number;
    return NAMED[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`);
  });
}

/** How many columns harmless text takes. */
export function widthOf(text: string): number {
  // Most is ASCII.
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/** Harmless text in at most `columns`. */
export function cut(text: string, columns: number): string {
  if (text.length * 2 <= columns || widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Harmless text in exactly `columns`, on the left or on the right. */
export function fit(text: string, columns: number, right: boolean = false): string {
  const short = cut(text, columns);
  const gap = ' '.repeat(Math.max(0, columns - widthOf(short)));
  return right ? gap + short : short + gap;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
