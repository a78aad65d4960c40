// What the tour gives its parts to work with.

import type { DatabaseSync } from 'node:sqlite';
import type { TourArguments } from './arguments.ts';
import type { Site } from './crawl/site.ts';
import type { Progress } from './screen/progress.ts';
import type { PriceServer } from './tcp/priceServer.ts';

export interface Tools {
  readonly args: TourArguments;
  readonly progress: Progress;
  readonly db: DatabaseSync;
  readonly site: Site;
  /** Listens from the start on, and serves when the TCP part opens it. */
  readonly server: PriceServer;
  /** A folder for what the parts write; it is removed at the end. */
  readonly scratch: string;
}
