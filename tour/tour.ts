// The tour: its parts one after the other, and what they told.
//
// 1. It is a plain coroutine: stop it by cancelling its task.
// 2. However it ends, the site has ended, the server and the database are closed, and nothing stays in the scratch
//    folder. What can be done at once is done at the end of the process too, which a second Ctrl-C brings about.
// 3. What was asked wrongly is said before the work: the port, the database and the room for connections are had first.
// 4. A part knows nothing of the others. What it told is in the course as soon as it is over.

import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cancelAndWait, createTask } from '../src/asyncio.ts';
import type { PartName, TourArguments } from './arguments.ts';
import { deadlinePart } from './beyond/deadlinePart.ts';
import { deadlockPart } from './beyond/deadlockPart.ts';
import { groupPart } from './beyond/groupPart.ts';
import { stopPart } from './beyond/stopPart.ts';
import { burnPart } from './burn/burnPart.ts';
import { crawlPart } from './crawl/crawlPart.ts';
import { withSite } from './crawl/site.ts';
import { filesPart } from './files/filesPart.ts';
import { openDatabase } from './openDatabase.ts';
import type { PartResult } from './part.ts';
import type { Progress } from './screen/progress.ts';
import { sqlPart } from './sql/sqlPart.ts';
import { allowedOpenFiles, checkOpenFiles } from './tcp/openFiles.ts';
import { listen } from './tcp/priceServer.ts';
import { tcpPart } from './tcp/tcpPart.ts';
import type { Tools } from './tools.ts';

/** What the tour is given to work with; tests give it other things than `main.ts`. */
export interface TourSurroundings {
  readonly progress: Progress;
  /** Calls back when the process is about to end; the function that it returns takes that back. */
  readonly atExit: (callback: () => void) => () => void;
}

/** How far a tour has come; filled while it runs. */
export interface Course {
  readonly results: PartResult[];
  /** The part that it is at. */
  at: PartName | undefined;
  /** What SQLite says of the database at the end: `ok`, or what is wrong; undefined before. */
  integrity: string | undefined;
}

const parts: Record<PartName, (tools: Tools) => Promise<PartResult | PartResult[]>> = {
  crawl: crawlPart,
  tcp: tcpPart,
  files: filesPart,
  sql: sqlPart,
  burn: burnPart,
  group: groupPart,
  deadline: deadlinePart,
  stop: stopPart,
  deadlock: deadlockPart,
};

/**
 * Goes through the parts that are asked for.
 *
 * @param course Is filled part by part, so that whoever stops the tour sees what there is.
 * @throws UserError for what the person can help; CancelledError when it was cancelled, after everything has ended.
 */
export async function tour(args: TourArguments, course: Course, around: TourSurroundings): Promise<void> {
  const { progress } = around;
  checkOpenFiles(args, allowedOpenFiles());
  const server = await listen(args.port, args.clients);
  try {
    const db = openDatabase(args.db.path, { makeFolder: !args.db.chosen });
    let scratch: string | undefined;
    const tidyUp = (): void => {
      if (!db.isOpen) return;
      progress.close();
      if (db.isTransaction) db.exec('ROLLBACK');
      course.integrity = String(db.prepare('PRAGMA integrity_check').get()?.['integrity_check']);
      db.close();
      if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    };
    // A second signal ends the process before this coroutine could clean up; all of it can be done at once.
    const forget = around.atExit(tidyUp);
    const painter = createTask(() => progress.run(), { name: 'progress' });
    try {
      const folder = (scratch = mkdtempSync(join(dirname(args.db.path), 'tour-')));
      await withSite(args.speed, async (site) => {
        for (const name of args.parts) {
          course.at = name;
          const told = await parts[name]({ args, progress, db, site, server, scratch: folder });
          course.results.push(...[told].flat());
        }
        course.at = undefined;
      });
    } finally {
      tidyUp();
      forget();
      await cancelAndWait(painter);
    }
  } finally {
    await server.shutdown();
  }
}
