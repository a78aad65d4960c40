// The report of `npm run bench net`: for people a table for each work, for machines one document.

import { figureLines, wrap } from '../report.ts';
import { round } from '../verdicts.ts';
import type { RowResult } from './rounds.ts';
import { isSequential, rowKey } from './works.ts';
import type { Column, Row, Work } from './works.ts';

/** How far ours is ahead of a row in one column; undefined where one of the two has no figure. */
export function ratio(
  column: Column,
  result: RowResult,
  results: readonly RowResult[],
): number | undefined {
  const base = oursFor(result.row, results)?.figures[column.key]?.median;
  const figure = result.figures[column.key]?.median;
  if (figure === undefined || base === undefined) return undefined;
  return column.more ? base / figure : figure / base;
}

/** The row of ours that a row is compared with: the one that is written the same way, or else the first. */
function oursFor(row: Row, results: readonly RowResult[]): RowResult | undefined {
  const wanted = isSequential(row) ? 'ours:stream' : 'ours:protocol';
  const mine = results.filter((result) => result.row.peer === 'ours');
  return mine.find((result) => rowKey(result.row) === wanted) ?? mine[0];
}

/** How many times C's the first figure of a row is. */
export function timesC(work: Work, result: RowResult, results: readonly RowResult[]): number | undefined {
  const key = work.columns[0]?.key ?? '';
  const limit = results.find(({ row }) => row.peer === 'c')?.figures[key]?.median;
  const figure = result.figures[key]?.median;
  return limit === undefined || figure === undefined ? undefined : figure / limit;
}

/** The table of one work, as text. */
export function table(work: Work, results: readonly RowResult[]): string {
  // A server in C has no heap to be compared with.
  const limited = work.load !== 'idle';
  const head = [
    '',
    ...work.columns.flatMap(({ label, unit }, i) => [
      `${label}, ${unit}`,
      'ratio',
      ...(i === 0 && limited ? ['of C'] : []),
    ]),
    'rounds, min–max',
  ];
  const groups = [
    results.filter(({ row }) => !isSequential(row)),
    results.filter(({ row }) => isSequential(row)),
  ];
  const lines = groups
    .filter((group) => group.length > 0)
    .flatMap((group, i) => [...(i === 0 ? [] : [['']]), ...group.map((each) => line(work, each, results))]);
  return [
    work.title,
    ...wrap(work.description),
    '',
    ...figureLines([head, ...lines]),
    ...disturbance(results),
  ].join('\n');
}

/** A remark when something else ran on the load's core, so that the figures are worth less. */
function disturbance(results: readonly RowResult[]): string[] {
  const worst = Math.max(0, ...results.map(({ figures }) => figures['disturbed']?.max ?? 0));
  if (worst < 0.05) return [];
  return [
    `  (Disturbed: up to ${Math.round(worst * 100)} % of the time something else ran on the load's core.)`,
  ];
}

function line(work: Work, result: RowResult, results: readonly RowResult[]): string[] {
  if (result.skipped !== undefined) return [result.label, `skipped: ${result.skipped}`];
  if (result.failed !== undefined) return [result.label, `failed: ${result.failed}`];
  const times = (value: number | undefined): string => (value === undefined ? '' : `${round(value)}×`);
  const cells = work.columns.flatMap((column, i) => {
    const figure = result.figures[column.key]?.median;
    return [
      figure === undefined ? '–' : round(figure),
      times(ratio(column, result, results)),
      ...(i === 0 && work.load !== 'idle' ? [times(timesC(work, result, results))] : []),
    ];
  });
  const first = result.figures[work.columns[0]?.key ?? ''];
  return [result.label, ...cells, first === undefined ? '' : `${round(first.min)}–${round(first.max)}`];
}

/** One work of the document for machines. */
export function forMachines(work: Work, results: readonly RowResult[]): object {
  const { name, title, description, columns } = work;
  const rows = results.map((result) => ({
    peer: result.row.peer,
    variant: result.row.variant ?? null,
    label: result.label,
    timesC: timesC(work, result, results) ?? null,
    figures: Object.fromEntries(
      Object.entries(result.figures).map(([key, figure]) => {
        const column = columns.find((each) => each.key === key) ?? { key, label: key, unit: '' };
        return [key, { ...figure, ratio: ratio(column, result, results) ?? null }];
      }),
    ),
    skipped: result.skipped ?? null,
    failed: result.failed ?? null,
  }));
  return { name, title, description, connections: results[0]?.connections ?? 0, columns, rows };
}
