// The same concurrently:
//
//   for each file  --- limit --->  a task that reads and hashes  --- bounded queue --->  one writer
//
// - The limit is taken before the task is made, so a folder of a million files never has a million tasks.
// - The queue is bounded, so readers wait when the writer is behind.
// - The writer is a child of the outer group, the readers of the inner one. If the writer fails, the
//   outer group cancels the readers; if a reader fails or the program is cancelled, the inner group ends
//   first, and what was read until then is written.

import { isCancelled, Queue, Semaphore, taskGroup } from '../../src/asyncio.ts';
import { batchSize } from './passTable.ts';
import type { PassTable } from './passTable.ts';
import { examine, record, tell } from './work.ts';
import type { Outcome, Work } from './work.ts';

/** Examines up to `limit` files at once; one task writes the rows. */
export async function concurrentPass(work: Work, table: PassTable, limit: number): Promise<void> {
  const rows = new Queue<Outcome>(batchSize);
  await taskGroup(async (group) => {
    group.startSoon(() => writeRows(work, table, rows), { name: 'writer' });
    try {
      await readAll(work, limit, async (outcome) => {
        try {
          await rows.put(outcome);
        } catch (error) {
          if (isCancelled(error)) record(work, table, outcome); // it waited for room in the queue
          throw error;
        }
      });
    } finally {
      rows.shutdown();
    }
  });
}

/** Reads everything once and keeps nothing, so that the passes find the system's page cache alike. */
export async function warmUp(work: Work, limit: number): Promise<void> {
  await readAll(work, limit, (outcome) => tell(work.tally, outcome));
}

async function readAll(
  work: Work,
  limit: number,
  deliver: (outcome: Outcome) => Promise<void> | void,
): Promise<void> {
  const room = new Semaphore(limit);
  await taskGroup(async (group) => {
    for (const file of work.files) {
      await room.acquire();
      const reader = group.createTask(async () => deliver(await examine(work, file)), { name: 'reader' });
      // A callback and not a `finally` of the task: a task that is cancelled before its first step has none.
      reader.addDoneCallback(() => room.release());
    }
  });
}

async function writeRows(work: Work, table: PassTable, rows: Queue<Outcome>): Promise<void> {
  try {
    for await (const row of rows) record(work, table, row);
  } catch (error) {
    if (isCancelled(error)) while (!rows.empty()) record(work, table, rows.getNowait());
    throw error;
  }
}
