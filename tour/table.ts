// A table for a terminal: columns as wide as their widest cell, numbers to the right.

import { displayWidth, pad } from './text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand on the right. Default: 'left'. */
  readonly align?: 'left' | 'right';
}

/** The lines of the table: titles first, two spaces between columns. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => displayWidth(cells[i] ?? ''))));
  return lines.map((cells) =>
    columns
      .map(({ align }, i) => pad(cells[i] ?? '', widths[i] ?? 0, align === 'right' ? 'right' : 'left'))
      .join('  ')
      .trimEnd(),
  );
}
