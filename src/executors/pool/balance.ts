// Which worker gets a call while all are busy, and which gives some back.
//
// A round trip between threads takes tens of microseconds, most of it for waking up. A worker to which the next call was
// posted before the last one has ended needs no such trip. That pays for calls that are shorter, and does no harm while what
// was posted can be taken back.

import { monotonic } from '../../sys/host/host.ts';
import type { Call } from './call.ts';
import type { WorkerSeat } from './workerSeat.ts';

/** How much work may be posted ahead to a worker, in milliseconds. */
const WINDOW = 0.3;
/** And how many calls. */
const MOST = 32;
/** A worker that is busy with a short call for so long has fallen behind, in milliseconds. */
export const LATE = 2;
/** An idle worker does not take over less work than this, in milliseconds. */
export const WORTHWHILE = 0.1;

/** The worker to which a short call is posted ahead; undefined for a call that must wait for one to be idle. */
export function leastLoaded(seats: Iterable<WorkerSeat>, { input }: Call): WorkerSeat | undefined {
  const { typical } = input.work;
  if (typical === undefined || typical > WINDOW || input.room > 0 || input.transfer.length > 0)
    return undefined;
  let least: WorkerSeat | undefined;
  for (const seat of seats)
    if (!seat.leaving && (least === undefined || seat.load < least.load)) least = seat;
  if (least === undefined || !least.takesMany || least.size >= MOST) return undefined;
  return least.load + typical <= WINDOW && !isLate(least) ? least : undefined;
}

/** The worker with the most calls, if there is one that has more than it runs. */
export function busiestOf(seats: Iterable<WorkerSeat>): WorkerSeat | undefined {
  let busiest: WorkerSeat | undefined;
  for (const seat of seats)
    if (seat.size > 1 && (busiest === undefined || seat.size > busiest.size)) busiest = seat;
  return busiest;
}

/** Whether what stands behind the call that it runs should go elsewhere. */
export function isLate(seat: WorkerSeat): boolean {
  return seat.size > 0 && monotonic() - seat.since > LATE;
}
