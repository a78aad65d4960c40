// The table that compares two ways of doing one thing, with the speed-up in its last line.

import type { Page } from './page.ts';
import { tableLines } from './table.ts';
import type { Column } from './table.ts';
import { displayWidth } from './text.ts';

/** The lines of the table; where there is no room, columns on the right are left out. */
export function comparison(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  speedUp: string | undefined,
  { width, style }: Page,
): string[] {
  const all = speedUp === undefined ? rows : [...rows, ['speed-up', speedUp]];
  for (let n = columns.length; n > 2; n -= 1) {
    const [title = '', ...lines] = tableLines(columns.slice(0, n), all);
    if ([title, ...lines].every((line) => displayWidth(line) <= width)) {
      return [
        style('dim', title),
        ...lines.map((line, i) => (i === rows.length ? style('bold', line) : line)),
      ];
    }
  }
  return all.map((row) => `${row[0]}  ${row[1]}`);
}

/** How many times as fast the second way was; undefined unless there were both. */
export function speedUp(before: number | undefined, after: number | undefined): string | undefined {
  return before === undefined || after === undefined ? undefined : `${(before / after).toFixed(1)} ×`;
}
