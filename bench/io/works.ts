// The catalogue of `npm run bench io`.
//
// 1. Each area has a folder: `AREA/area.ts` with its works and goals (data alone: it loads no peer), `AREA/PEER.ts` for
//    each peer with the functions that do the works (a variant of one has the key `work:variant`), and `AREA/python.py`.
// 2. A work's description says exactly what every peer does in it. Every peer checks its own result.
// 3. The first column is the one that counts and that ratios are of. Less is better in every column.
// 4. A peer is a package of `peers/` (or of the root), a way of the host's with a `label`, `ours`, or `python3`.

import type { Goal, Row, Work } from '../works.ts';
import { area as csv } from './csv/area.ts';
import { area as lines } from './lines/area.ts';
import { area as pickle } from './pickle/area.ts';
import { area as pools } from './pools/area.ts';
import { area as spawn } from './spawn/area.ts';
import { area as walk } from './walk/area.ts';

export interface IoRow extends Row<string> {
  /** What the table calls a peer that is no package: 'node:readline'. */
  readonly label?: string;
  /** The file in the area's folder, without its extension; the peer's name by default. */
  readonly file?: string;
}

export interface IoWork extends Work<string> {
  readonly rows: readonly IoRow[];
}

/** What a folder of this one holds. */
export interface Area {
  readonly folder: string;
  readonly works: readonly IoWork[];
  readonly goals: readonly Goal<string>[];
}

export const areas: readonly Area[] = [csv, lines, pickle, pools, spawn, walk];

export const works: readonly IoWork[] = areas.flatMap((area) => area.works);
export const goals: readonly Goal<string>[] = areas.flatMap((area) => area.goals);
