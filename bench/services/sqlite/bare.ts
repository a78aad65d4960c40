// node:sqlite, on the loop.

import { DatabaseSync } from 'node:sqlite';
import type { PeerWorks } from '../../sample.ts';
import { worksOf } from './onTheLoop.ts';

export const works: PeerWorks = worksOf((path) => new DatabaseSync(path));
