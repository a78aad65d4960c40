// The report for people: a table for each work, with ratios to ours, and the goals at the end.

import { tableLines } from '../tour/screen/table.ts';
import { wrap as wrapText } from '../tour/screen/text.ts';
import { rowKey } from './rounds.ts';
import type { RowResult } from './rounds.ts';
import { round } from './verdicts.ts';
import type { Verdict } from './verdicts.ts';
import type { Work } from './works.ts';

/** The table of one work, as text. */
export function table(work: Work<string>, results: readonly RowResult[], size: number): string {
  const ours = results.find(({ row }) => rowKey(row) === 'ours');
  const head = [
    '',
    ...work.columns.flatMap(({ label, unit }) => [`${label}, ${unit}`, 'ratio']),
    'rounds, min–max',
  ];
  const lines = results.map((result) => line(work, result, ours, size));
  const title = size > 1 ? `${work.title} (${size.toLocaleString('en')})` : work.title;
  return [title, ...wrap(work.description), '', ...figureLines([head, ...lines])].join('\n');
}

function line(work: Work<string>, result: RowResult, ours: RowResult | undefined, size: number): string[] {
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
  const columns = ['', 'goal', 'measured'].map((title) => ({ title }));
  const lines = tableLines(columns, rows).map(indent);
  return [`Goals: ${reached} of ${verdicts.length} reached`, '', ...lines].join('\n');
}

function wish(text: string, wanted: number): string {
  if (/under|within \d+ ms/.test(text)) return `below ${wanted.toLocaleString('en')}`;
  return wanted < 1 ? `at most ${round(1 / wanted)} times worse` : `${round(wanted)} times better`;
}

/** A table, its first row the titles: the first column to the left, figures to the right. A row without figures has a
 * label and a remark, and stands below. */
export function figureLines([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const columns = head.map((title, i) => ({
    title,
    align: i === 0 ? ('left' as const) : ('right' as const),
  }));
  const lines = tableLines(
    columns,
    rows.filter((row) => row.length !== 2),
  );
  const remarks = rows.filter((row) => row.length === 2).map((row) => row.join(': '));
  return [...lines, ...(remarks.length > 0 ? [''] : []), ...remarks].map(indent);
}

/** A description in lines that are not too long. */
export function wrap(text: string): string[] {
  return wrapText(text, 96).map(indent);
}

function indent(line: string): string {
  return `  ${line}`.trimEnd();
}
