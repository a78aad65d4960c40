// The catalogue of `npm run bench services`: what a program talks to and offers.

import type { Goal, Row, Work } from '../works.ts';
import { clientGoals, clientWorks } from './httpClient/area.ts';
import type { ClientWork } from './httpClient/area.ts';
import { httpGoals, httpWorks } from './http/area.ts';
import { postgresGoals, postgresWorks } from './postgres/area.ts';
import type { PostgresWork } from './postgres/area.ts';
import { sqliteGoals, sqliteWorks } from './sqlite/area.ts';

export interface ServiceRow extends Row<string> {
  /** What the table calls a peer that is no package. */
  readonly label?: string;
}

export interface ServiceWork extends Work<string> {
  readonly rows: readonly ServiceRow[];
  /** What a client sends, byte for byte. */
  readonly request: string;
  readonly connections: number;
}

/** A work that a process of its own does, without a server that is measured. */
export type LocalWork = (typeof sqliteWorks)[number] | PostgresWork | ClientWork;

export const works: readonly (ServiceWork | LocalWork)[] = [
  ...httpWorks,
  ...clientWorks,
  ...sqliteWorks,
  ...postgresWorks,
];
export const goals: readonly Goal<string>[] = [
  ...httpGoals,
  ...clientGoals,
  ...sqliteGoals,
  ...postgresGoals,
];
