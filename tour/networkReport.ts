// The network part in the report: its table, and in words what was compared and what set the limit.

import { comparison, speedUp } from './comparison.ts';
import { explainNetwork } from './explainNetwork.ts';
import { heading } from './heading.ts';
import type { Page } from './page.ts';
import { networkLabels } from './passReport.ts';
import type { NetworkPassReport, RunReport } from './passReport.ts';
import type { Column } from './table.ts';
import { wrap } from './text.ts';
import { count, counted, duration, percent, shortDuration } from './units.ts';

/** The section of a run that came to its end; nothing where there was no network part. */
export function networkReport(run: RunReport, page: Page): string[] {
  const { network } = run;
  const [first] = network?.passes ?? [];
  if (network === undefined || first === undefined) return [];
  const { questions } = first.interview;
  const facts = `${counted(network.clients, 'client')} of a TCP server, ${counted(questions.length, 'question')}`;
  const text = explainNetwork(run, network);
  return [
    '',
    ...heading('Network', facts, page),
    '',
    ...table(network.passes, page),
    ...text.flatMap((paragraph) => ['', ...wrap(paragraph, Math.min(page.width, 96))]),
  ];
}

/** How far the network part came, for a run that was stopped or failed. */
export function networkProgress({ network }: RunReport): string[] {
  return (network?.passes ?? []).map(
    ({ name, interview: { answered, questions } }) =>
      `  ${networkLabels[name].padEnd(12)}  ${count(answered)} of ${counted(questions.length, 'answer')} came`,
  );
}

function table(passes: readonly NetworkPassReport[], page: Page): string[] {
  const columns: Column[] = [
    { title: 'Clients' },
    ...['Time', 'Answers/s', 'Median', '99 of 100', 'CPU', 'JS busy'].map((title): Column => ({
      title,
      align: 'right',
    })),
  ];
  const rows = passes.map(({ name, interview, measured: { elapsed, cpu, busy } }) => {
    const waits = interview.waits.toSorted();
    const at = (part: number): string => shortDuration(waits[Math.floor((waits.length - 1) * part)] ?? 0);
    return [
      networkLabels[name],
      duration(elapsed),
      count((interview.answered / elapsed) * 1000),
      at(0.5),
      at(0.99),
      duration(cpu),
      percent(busy),
    ];
  });
  const time = (wanted: string): number | undefined =>
    passes.find(({ name }) => name === wanted)?.measured.elapsed;
  return comparison(columns, rows, speedUp(time('sequential'), time('concurrent')), page);
}
