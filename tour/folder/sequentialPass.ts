// One file after the other: the way most programs are written first.

import type { PassTable } from './passTable.ts';
import { examine, record } from './work.ts';
import type { Work } from './work.ts';

/** Examines every file and writes its row before it looks at the next. */
export async function sequentialPass(work: Work, table: PassTable): Promise<void> {
  for (const file of work.files) {
    const outcome = await examine(work, file);
    record(work, table, outcome);
  }
}
