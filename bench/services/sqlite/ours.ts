// asyncio-ts/sqlite, in a process and in a thread.

import type * as Sqlite from '../../../src/sqlite/sqlite.ts';
import { subject, wing } from '../../io/subject.ts';
import type { PeerWorks, Sample, WorkFunction } from '../../sample.ts';
import { burn, create, fill, inFile, insert, lookUp, readAll, timed, values } from './table.ts';
import type { TableRow } from './table.ts';

const { connect } = await wing<typeof Sqlite>('sqlite');
type Connection = Sqlite.Connection;

type Measure = (db: Connection, size: number) => Promise<Sample>;

function opened(worker: Sqlite.WorkerKind, filled: boolean, measure: Measure): WorkFunction {
  return async (size) =>
    await inFile(
      async (path) =>
        await subject.run(async () => {
          const db = await connect(path, { worker });
          await db.execute(create);
          if (filled) await db.execute(fill(size));
          const sample = await measure(db, size);
          await db.close();
          return sample;
        }),
    );
}

function worksIn(worker: Sqlite.WorkerKind, suffix: string): PeerWorks {
  const all: Measure = async (db, size) =>
    await timed(size, async () => (await db.fetchall<TableRow>(readAll)).length);
  const iterate: Measure = async (db, size) =>
    await timed(size, async () => {
      let rows = 0;
      for await (const _ of db.iterate<TableRow>(readAll)) rows++;
      return rows;
    });
  const inserting: Measure = async (db, size) =>
    await timed(size, async () => (await db.executemany(insert, values(size))).rowcount);
  const one: Measure = async (db, size) =>
    await timed(size, async () => {
      let rows = 0;
      for (let id = 1; id <= size; id++) if ((await db.fetchone<TableRow>(lookUp, [id]))?.id === id) rows++;
      return rows;
    });
  const burning: Measure = async (db, size) =>
    await timed(size, async () => (await db.fetchone<{ many: number }>(burn(size)))?.many ?? 0);
  return {
    [`sqlite-all${suffix}`]: opened(worker, true, all),
    [`sqlite-iterate${suffix}`]: opened(worker, true, iterate),
    [`sqlite-insert${suffix}`]: opened(worker, false, inserting),
    [`sqlite-one${suffix}`]: opened(worker, true, one),
    [`sqlite-burn${suffix}`]: opened(worker, false, burning),
  };
}

export const works: PeerWorks = { ...worksIn('process', ''), ...worksIn('thread', ':thread') };
