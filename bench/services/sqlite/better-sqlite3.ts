// better-sqlite3, on the loop.

import { peerPackage } from '../../io/subject.ts';
import type { PeerWorks } from '../../sample.ts';
import { worksOf } from './onTheLoop.ts';
import type { SyncDatabase } from './onTheLoop.ts';

const { default: Database } = await peerPackage<{ default: new (path: string) => SyncDatabase }>(
  'better-sqlite3',
);

export const works: PeerWorks = worksOf((path) => new Database(path));
