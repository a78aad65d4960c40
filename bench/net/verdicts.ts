// Holds the results against the goals of the network.

import { comparison, round } from '../verdicts.ts';
import type { Verdict } from '../verdicts.ts';
import type { RowResult } from './rounds.ts';
import { goals, rowKey } from './works.ts';
import type { Goal } from './works.ts';

/** The goals of the works in `results`, which are by work name. */
export function verdicts(results: ReadonlyMap<string, readonly RowResult[]>): Verdict[] {
  return goals
    .filter(({ work }) => results.has(work))
    .map((goal) => verdict(goal, results.get(goal.work) ?? []));
}

function verdict({ text, rule, key, ours }: Goal, rows: readonly RowResult[]): Verdict {
  const figure = (row: string): number | undefined =>
    rows.find((result) => rowKey(result.row) === row)?.figures[key]?.median;
  const mine = figure(ours);
  const wanted = 'below' in rule ? rule.below : rule.atLeast;
  const theirs = 'below' in rule ? rule.below : figure(rule.against);
  if (mine === undefined || theirs === undefined)
    return { text, reached: null, measured: 'not measured', figure: null, wanted };
  if ('below' in rule) {
    const measured = `${round(mine)} ${rule.unit}, ${round(mine / wanted)} of the bound`;
    return { text, reached: mine < wanted, measured, figure: mine, wanted };
  }
  const ratio = theirs / mine;
  return { text, reached: ratio >= wanted, measured: comparison(ratio), figure: ratio, wanted };
}
