// Runs a work: each row with a fresh server, round after round (A B C, A B C, …), so that whatever else the
// machine does meanwhile falls on all of them alike.

import { summary } from '../statistics.ts';
import type { Summary } from '../statistics.ts';
import { connectionsOf, measure } from './measure.ts';
import type { Conditions, Sample } from './measure.ts';
import { labelOf } from './peers.ts';
import type { Row, Work } from './works.ts';

export interface RowResult {
  readonly row: Row;
  readonly label: string;
  readonly connections: number;
  /** By key; what a peer has no figure for is absent. */
  readonly figures: Readonly<Record<string, Summary>>;
  /** Why there are no figures: the peer is absent here. */
  readonly skipped?: string;
  /** Why there are no figures: it ended with an error. */
  readonly failed?: string;
}

export interface RunOptions extends Conditions {
  readonly rounds: number;
  readonly progress: (text: string) => void;
}

/** Measures the rows of one work. */
export async function runWork(work: Work, rows: readonly Row[], options: RunOptions): Promise<RowResult[]> {
  const records = rows.map((row) => ({ row, samples: [] as Sample[], failed: '', skipped: '' }));
  // Memory does not vary with what else the machine does.
  const rounds = work.load === 'idle' ? 1 : options.rounds;
  for (let round = 1; round <= rounds; round++) {
    for (const record of records) {
      if (record.failed !== '' || record.skipped !== '') continue;
      options.progress(`${work.name}, round ${round} of ${rounds}: ${labelOf(record.row)}`);
      try {
        const sample = await measure(work, record.row, options);
        if ('missing' in sample && typeof sample.missing === 'string') record.skipped = sample.missing;
        else record.samples.push(sample as Sample);
      } catch (error) {
        record.failed = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return records.map(({ row, samples, failed, skipped }) => ({
    row,
    label: labelOf(row),
    connections: connectionsOf(work, options.quick),
    figures: failed === '' ? figuresOf(samples) : {},
    ...(skipped === '' ? {} : { skipped }),
    ...(failed === '' ? {} : { failed }),
  }));
}

function figuresOf(samples: readonly Sample[]): Record<string, Summary> {
  const figures: Record<string, Summary> = {};
  for (const key of new Set(samples.flatMap((sample) => Object.keys(sample)))) {
    const values = samples
      .map((sample) => sample[key] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (values.length > 0) figures[key] = summary(values);
  }
  return figures;
}
