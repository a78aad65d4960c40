// The crawl: from the first page on, along the links, each page once. One after the other and concurrently are the
// same code with one worker and with many.
//
//   queue of paths  ->  workers, `limit` of them: visit, parse, store, put the new links  ->  until all is done
//
// The queue counts what is put and not done: `join` returns when no page is left that could bring another one. A
// cancel reaches every worker where it waits; a page is stored whole or not at all.

import { Queue, taskGroup } from '../../src/asyncio.ts';
import type { CrawlTable } from './crawlTable.ts';
import { parsePage } from './parsePage.ts';
import { visit } from './visit.ts';
import type { VisitOptions } from './visit.ts';

/** How far a crawl is; the progress reads it. */
export interface Tally {
  done: number;
  /** Pages that are known of. */
  known: number;
  failed: number;
  retries: number;
  timeouts: number;
  bytes: number;
}

export function newTally(): Tally {
  return { done: 0, known: 1, failed: 0, retries: 0, timeouts: 0, bytes: 0 };
}

export async function crawl(
  address: string,
  limit: number,
  table: CrawlTable,
  tally: Tally,
  options: VisitOptions,
): Promise<void> {
  const queue = new Queue<string>();
  const seen = new Set(['/']);
  queue.putNowait('/');
  await taskGroup(async (workers) => {
    for (let n = 1; n <= limit; n += 1) {
      workers.startSoon(
        async () => {
          for await (const path of queue) {
            for (const link of await examine(path)) {
              if (seen.has(link)) continue;
              seen.add(link);
              tally.known += 1;
              queue.putNowait(link);
            }
            queue.taskDone();
          }
        },
        { name: `crawler ${n}` },
      );
    }
    await queue.join();
    queue.shutdown();
  });

  /** Visits the page, stores what it holds, and returns its links. */
  async function examine(path: string): Promise<readonly string[]> {
    const found = await visit(address, path, options);
    const parsed = found.text === undefined ? undefined : parsePage(found.text);
    table.add(found, parsed);
    tally.done += 1;
    tally.retries += found.attempts - 1;
    tally.timeouts += found.timeouts;
    tally.bytes += found.text?.length ?? 0;
    if (parsed === undefined) tally.failed += 1;
    return parsed?.links ?? [];
  }
}
