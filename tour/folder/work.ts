// What a pass has to do, and the three things that both passes share: examine a file, record what came
// out, count. The passes differ in nothing but the order in which they do these.

import { readContent } from './content.ts';
import type { Content, Costs } from './content.ts';
import type { FileSystem } from './fileSystem.ts';
import type { PassTable } from './passTable.ts';
import { reasonOf, systemCode } from '../userError.ts';
import type { Listed, Unread } from './walk.ts';

/** What came out of one file. */
export type Outcome = Content | Unread;

/** How far a pass is; the progress bar reads it. */
export interface Tally {
  files: number;
  bytes: number;
  unread: number;
}

export interface Work {
  readonly fs: FileSystem;
  readonly files: readonly Listed[];
  readonly tally: Tally;
  readonly costs: Costs;
}

/** Reads and hashes the file. What the system refuses is an outcome; anything else is thrown. */
export async function examine(work: Work, file: Listed): Promise<Outcome> {
  try {
    return await readContent(work.fs, file, work.costs);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return { path: file.path, code, reason: reasonOf(code, (error as Error).message) };
  }
}

/** Writes the outcome down and counts it. */
export function record(work: Work, table: PassTable, outcome: Outcome): void {
  if ('code' in outcome) table.addUnread(outcome);
  else table.add(outcome);
  tell(work.tally, outcome);
}

/** Counts the outcome. */
export function tell(tally: Tally, outcome: Outcome): void {
  if ('code' in outcome) {
    tally.unread += 1;
  } else {
    tally.files += 1;
    tally.bytes += outcome.bytes;
  }
}
