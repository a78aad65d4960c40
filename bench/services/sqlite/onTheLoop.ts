// What the two drivers that work on the loop have in common.

import type { PeerWorks, WorkFunction } from '../../sample.ts';
import { burn, create, fill, inFile, insert, lookUp, readAll, timed, values } from './table.ts';
import type { TableRow } from './table.ts';

export interface SyncStatement {
  all(...values: unknown[]): unknown[];
  get(...values: unknown[]): unknown;
  run(...values: unknown[]): unknown;
  iterate(...values: unknown[]): Iterable<unknown>;
}

export interface SyncDatabase {
  exec(sql: string): void;
  prepare(sql: string): SyncStatement;
  close(): void;
}

export function worksOf(open: (path: string) => SyncDatabase): PeerWorks {
  const measured =
    (filled: boolean, read: (db: SyncDatabase, size: number) => number): WorkFunction =>
    async (size) =>
      await inFile(async (path) => {
        const db = open(path);
        db.exec(create);
        if (filled) db.exec(fill(size));
        const sample = await timed(size, () => read(db, size));
        db.close();
        return sample;
      });
  return {
    'sqlite-all': measured(true, (db) => db.prepare(readAll).all().length),
    'sqlite-iterate': measured(true, (db) => {
      let rows = 0;
      for (const _ of db.prepare(readAll).iterate()) rows++;
      return rows;
    }),
    'sqlite-insert': measured(false, (db, size) => {
      const statement = db.prepare(insert);
      let rows = 0;
      db.exec('BEGIN');
      for (const each of values(size)) {
        statement.run(...each);
        rows++;
      }
      db.exec('COMMIT');
      return rows;
    }),
    'sqlite-one': measured(true, (db, size) => {
      const statement = db.prepare(lookUp);
      let rows = 0;
      for (let id = 1; id <= size; id++) if ((statement.get(id) as TableRow | undefined)?.id === id) rows++;
      return rows;
    }),
    'sqlite-burn': measured(false, (db, size) => (db.prepare(burn(size)).get() as { many: number }).many),
  };
}
