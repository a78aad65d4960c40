// Harmless text by its width on a terminal.
//
// Widths are columns: a wide character has two, a mark that combines has none. What is cut is cut between characters as
// people see them, and ends in an ellipsis.

import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

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
