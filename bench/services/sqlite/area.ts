// SQLite: a worker's process beside drivers that work on the loop, with what each does to the loop.

import type { Goal, Work } from '../../works.ts';
import type { LocalRow } from './measure.ts';

const table = 'of five columns (INTEGER, TEXT, REAL, INTEGER, TEXT)';
const delay = 'The delay is how late a 10 ms timer of the loop was at most.';
const columns = [
  { key: 'value', label: '1,000 rows', unit: 'µs' },
  { key: 'delay', label: 'loop’s delay', unit: 'ms' },
] as const;
const peers: readonly LocalRow[] = [
  { peer: 'ours' },
  { peer: 'ours', variant: 'thread' },
  { peer: 'bare', label: 'node:sqlite' },
  { peer: 'better-sqlite3' },
];

export const sqliteWorks: readonly (Work<string> & { readonly rows: readonly LocalRow[] })[] = [
  {
    name: 'sqlite-all',
    title: 'Read all rows of a table',
    description: `Reads the rows ${table} as objects into one array. ${delay}`,
    size: 100_000,
    quickSize: 5_000,
    repeats: 3,
    warmUp: true,
    columns,
    rows: peers,
  },
  {
    name: 'sqlite-iterate',
    title: 'Read the rows of a table one by one',
    description: `Iterates over the rows ${table} as objects. ${delay}`,
    size: 100_000,
    quickSize: 5_000,
    repeats: 3,
    warmUp: true,
    columns,
    rows: peers,
  },
  {
    name: 'sqlite-insert',
    title: 'Insert rows in one transaction',
    description: `Inserts rows ${table} with one prepared statement in one transaction. ${delay}`,
    size: 50_000,
    quickSize: 2_000,
    repeats: 3,
    warmUp: true,
    columns,
    rows: peers,
  },
  {
    name: 'sqlite-one',
    title: 'Look up one row after the other',
    description: `Looks up rows ${table} by their key, one after the other. ${delay}`,
    size: 5_000,
    quickSize: 500,
    repeats: 3,
    warmUp: true,
    columns,
    rows: peers,
  },
  {
    name: 'sqlite-burn',
    title: 'Compute in SQLite',
    description: `Counts the rows of a recursive query. ${delay}`,
    size: 3_000_000,
    quickSize: 100_000,
    repeats: 1,
    warmUp: false,
    columns: [
      { key: 'delay', label: 'loop’s delay', unit: 'ms' },
      { key: 'value', label: '1,000 rows', unit: 'µs' },
    ],
    rows: peers,
  },
];

export const sqliteGoals: readonly Goal<string>[] = [
  {
    work: 'sqlite-burn',
    key: 'delay',
    text: 'sqlite: while a query computes the loop is at least 20 times more punctual than with a driver on it',
    rule: { against: 'bare', atLeast: 20 },
  },
  {
    work: 'sqlite-all',
    key: 'delay',
    text: 'sqlite: while all rows are read the loop is at least 3 times more punctual than with a driver on it',
    rule: { against: 'bare', atLeast: 3 },
  },
];
