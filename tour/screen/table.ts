// A table for a terminal: columns as wide as their widest cell, numbers to the right.

import Table from 'cli-table3';

export interface Column {
  readonly title: string;
  /** Numbers stand on the right. Default: 'left'. */
  readonly align?: 'left' | 'right';
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((part) => [
    [part, ''],
    [`${part}-mid`, ''],
    [`${part}-left`, ''],
    [`${part}-right`, ''],
  ]),
);

/** The lines of the table: titles first, two spaces between columns. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    chars: { ...noLines, 'left-mid': '', 'mid-mid': '', 'right-mid': '', middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  table.push(
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map((_, i) => row[i] ?? '')),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
