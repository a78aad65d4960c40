// The report for people: a table for each work, with ratios to ours, and the goals at the end.

import { rowKey } from './rounds.ts';
import type { RowResult } from './rounds.ts';
import { round } from './verdicts.ts';
import type { Verdict } from './verdicts.ts';
import type { Work } from './works.ts';

/** The table of one work, as text. */
export function table(work: Work, results: readonly RowResult[], size: number): string {
  const ours = results.find(({ row }) => rowKey(row) === 'ours');
  const head = [
    '',
    ...work.columns.flatMap(({ label, unit }) => [`${label}, ${unit}`, 'ratio']),
    'rounds, min–max',
  ];
  const lines = results.map((result) => line(work, result, ours, size));
  const title = size > 1 ? `${work.title} (${size.toLocaleString('en')})` : work.title;
  return [title, ...wrap(work.description), '', ...layOut([head, ...lines])].join('\n');
}

function line(work: Work, result: RowResult, ours: RowResult | undefined, size: number): string[] {
  const fewer = result.size === size || size <= 1 ? '' : ` (${result.size.toLocaleString('en')})`;
  const name = `${result.label}${fewer}`;
  if (result.skipped !== undefined) return [name, `skipped: ${result.skipped}`];
  if (result.failed !== undefined) return [name, `failed: ${result.failed}`];
  const cells = work.columns.flatMap(({ key }) => {
    const figure = result.figures[key]?.median;
    const base = ours?.figures[key]?.median;
    if (figure === undefined) return ['–', ''];
    return [round(figure), base === undefined ? '' : `${round(figure / base)}×`];
  });
  const first = result.figures[work.columns[0]?.key ?? 'value'];
  return [name, ...cells, first === undefined ? '' : `${round(first.min)}–${round(first.max)}`];
}

/** The list of goals, as text. */
export function goalList(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  const reached = verdicts.filter((verdict) => verdict.reached === true).length;
  const rows = verdicts.map(({ text, reached: done, measured, wanted, figure }) => [
    done === null ? '?' : done ? 'reached' : 'NOT reached',
    text,
    figure === null ? measured : `${measured} (wanted: ${wish(text, wanted)})`,
  ]);
  return [`Goals: ${reached} of ${verdicts.length} reached`, '', ...layOut(rows)].join('\n');
}

function wish(text: string, wanted: number): string {
  if (/under|within \d+ ms/.test(text)) return `below ${wanted.toLocaleString('en')}`;
  return wanted < 1 ? `at most ${round(1 / wanted)} times worse` : `${round(wanted)} times better`;
}

/** Columns side by side: the first to the left, figures to the right. */
export function layOut(rows: readonly (readonly string[])[]): string[] {
  const prose = rows.every((row) => row.length <= 3);
  const full = Math.max(...rows.map((row) => row.length));
  const widths: number[] = [];
  for (const row of rows) {
    if (row.length < full) continue;
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  for (const row of rows) widths[0] = Math.max(widths[0] ?? 0, row[0]?.length ?? 0);
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i === 0 || prose || row.length < full
          ? cell.padEnd(i === 0 ? (widths[0] ?? 0) : prose ? (widths[i] ?? 0) : 0)
          : cell.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd()
      .replace(/^/, '  '),
  );
}

/** A description in lines that are not too long. */
export function wrap(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > 96) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((each) => `  ${each}`);
}
