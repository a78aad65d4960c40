// What is remembered of a run for the report at its end.

import type { PassName } from '../arguments.ts';
import type { Costs } from './content.ts';
import type { Machine, Measured } from '../measure.ts';
import type { PassState, PassTable } from './passTable.ts';
import type { Listing } from './walk.ts';

export interface PassReport {
  readonly name: PassName;
  state: PassState;
  /** Its rows in the database; knows what is safe there. */
  readonly table: PassTable;
  measured: Measured;
  readonly costs: Costs;
}

export interface RunReport {
  /** The folder as the person named it. */
  readonly folder: string;
  /** The database, as it is to be shown. */
  readonly database: string;
  readonly limit: number;
  readonly warm: boolean;
  readonly top: number;
  readonly machine: Machine;
  readonly listing: Listing;
  /** What the program is at, in words that follow "while". */
  doing: string;
  readonly passes: PassReport[];
}

/** How a pass is called on the screen. */
export const passLabels: Record<PassName, string> = {
  sequential: 'one by one',
  concurrent: 'concurrently',
};
