// Holds the results against the goals.

import { rowKey } from './rounds.ts';
import type { RowResult } from './rounds.ts';
import type { Goal } from './works.ts';

export interface Verdict {
  readonly text: string;
  /** null: not measured in this run. */
  readonly reached: boolean | null;
  /** What was measured, in words. */
  readonly measured: string;
  /** The ratio (peer to ours) or the figure that was compared. */
  readonly figure: number | null;
  /** What it had to be. */
  readonly wanted: number;
}

/** Those of `goals` whose works are in `results`, which are by work name. */
export function verdicts(
  goals: readonly Goal<string>[],
  results: ReadonlyMap<string, readonly RowResult[]>,
): Verdict[] {
  return goals
    .filter(({ work }) => results.has(work))
    .map((goal) => verdict(goal, results.get(goal.work) ?? []));
}

function verdict(goal: Goal<string>, rows: readonly RowResult[]): Verdict {
  const { text, rule, key } = goal;
  const figure = (row: string): number | undefined =>
    rows.find((result) => rowKey(result.row) === row)?.figures[key]?.median;
  const ours = figure('ours');
  if ('below' in rule) {
    if (ours === undefined)
      return { text, reached: null, measured: 'not measured', figure: null, wanted: rule.below };
    const measured = `${round(ours)} ${rule.unit}, ${round(ours / rule.below)} of the bound`;
    return { text, reached: ours < rule.below, measured, figure: ours, wanted: rule.below };
  }
  const theirs = figure(rowKey({ peer: rule.against, ...(rule.variant ? { variant: rule.variant } : {}) }));
  if (ours === undefined || theirs === undefined) {
    return { text, reached: null, measured: 'not measured', figure: null, wanted: rule.atLeast };
  }
  const ratio = theirs / ours;
  return {
    text,
    reached: ratio >= rule.atLeast,
    measured: comparison(ratio),
    figure: ratio,
    wanted: rule.atLeast,
  };
}

/** A ratio of their figure to ours, in words. */
export function comparison(ratio: number): string {
  return ratio >= 1 ? `${round(ratio)} times better` : `${round(1 / ratio)} times worse`;
}

/** Three significant digits, no exponent. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
