// Postgres: what a query costs beside the driver that ours stands on, and beside asyncpg.

import type { Goal, Row, Work } from '../../works.ts';

export interface PostgresRow extends Row<string> {
  /** What the table calls it. */
  readonly label: string;
  /** The module that does its works, where it is not called as the peer. */
  readonly file?: string;
}

export interface PostgresWork extends Work<string> {
  readonly rows: readonly PostgresRow[];
}

const rows: readonly PostgresRow[] = [
  { peer: 'ours', label: 'asyncio-ts' },
  { peer: 'bare', label: 'pg, named statement' },
  { peer: 'bare', variant: 'unnamed', label: 'pg' },
  { peer: 'postgres', label: 'postgres.js', file: 'postgresJs' },
  { peer: 'asyncpg', label: 'asyncpg' },
];

const pools = rows.filter(({ variant }) => variant === undefined);

const inProcess = {
  repeats: 3,
  warmUp: true,
  columns: [
    { key: 'value', label: 'a query', unit: 'µs' },
    { key: 'p99', label: 'p99', unit: 'µs' },
    { key: 'cpu', label: 'processor', unit: 'µs' },
  ],
} as const;

export const postgresWorks: readonly PostgresWork[] = [
  {
    name: 'postgres-query',
    title: 'A small query',
    description:
      'Asks for a row with a number and a text, both parameters, one query after another on one connection to a server on this machine. Wall time; beside it the slowest of a hundred, and processor time of the client.',
    size: 5000,
    quickSize: 100,
    ...inProcess,
    rows,
  },
  {
    name: 'postgres-pool',
    title: 'A thousand tasks at a pool of ten',
    description:
      'The same query, asked by 1,000 tasks at the same time over 10 connections, each several times.',
    size: 10_000,
    quickSize: 1000,
    ...inProcess,
    rows: pools,
  },
  {
    name: 'postgres-rows',
    title: 'Many rows',
    description: 'Fetches rows of a number, a text and a time, all in one result. Wall time for a row.',
    size: 100_000,
    quickSize: 1000,
    repeats: 3,
    warmUp: true,
    columns: [{ key: 'value', label: 'a row', unit: 'µs' }],
    rows: pools,
  },
];

export const postgresGoals: readonly Goal<string>[] = [
  ...(['value', 'p99'] as const).flatMap((key) =>
    ['postgres-query', 'postgres-pool'].map((work) => ({
      work,
      key,
      text: `${work}: ${key === 'value' ? 'a query' : 'the slowest of a hundred'} within 1.1 times pg's`,
      rule: { against: 'bare', atLeast: 1 / 1.1 },
    })),
  ),
  {
    work: 'postgres-rows',
    key: 'value',
    text: "postgres-rows: a row within 1.1 times pg's",
    rule: { against: 'bare', atLeast: 1 / 1.1 },
  },
];
