// All that was measured and why, for who asks for it with --details: below the result, a section for each part.

import { ways } from './part.ts';
import type { Comparison, PartResult } from './part.ts';
import type { Page } from './screen/page.ts';
import { tableLines } from './screen/table.ts';
import type { Column } from './screen/table.ts';
import { displayWidth, wrap } from './screen/text.ts';
import { duration, percent, shortDuration } from './screen/units.ts';

/** Longer lines are hard to read. */
const readable = 96;

export function details(results: readonly PartResult[], page: Page): string[] {
  const width = Math.min(page.width, readable);
  return results.flatMap((part) => [
    '',
    page.style('bold', part.kind === 'comparison' ? `${part.name}: ${part.amount}` : part.title),
    ...(part.kind === 'comparison' ? measured(part, page) : []),
    // What is indented is a report, and stays as it is.
    ...part.details.flatMap((text) => (text.startsWith(' ') ? [text] : ['', ...wrap(text, width)])),
  ]);
}

function measured({ inTurn, atOnce }: Comparison, { width, style }: Page): string[] {
  const titles = ['Time', 'CPU', 'JS busy', "Loop's delay, 99 of 100", 'worst'];
  const columns: Column[] = [{ title: '' }, ...titles.map((title): Column => ({ title, align: 'right' }))];
  const rows = (
    [
      [ways.inTurn, inTurn],
      [ways.atOnce, atOnce],
    ] as const
  ).map(([name, { elapsed, cpu, busy, delay }]) => [
    name,
    duration(elapsed),
    duration(cpu),
    percent(busy),
    shortDuration(delay.p99),
    shortDuration(delay.worst),
  ]);
  for (let n = columns.length; n > 1; n -= 1) {
    const lines = tableLines(columns.slice(0, n), rows);
    if (n > 2 && lines.some((line) => displayWidth(line) > width)) continue;
    return ['', ...lines.map((line, at) => (at === 0 ? style('dim', line) : line))];
  }
  return [];
}
