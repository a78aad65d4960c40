// Writing to what is lost: asyncio lets so many writes pass in silence, then each is reported.

import { report } from '../sys/host/report.ts';

const QUIET = 5;

/** `lost` counts from 1 on, the loss itself; `what` is the sentence. Answers the count after this write. */
export function countLostWrite(lost: number, what: string): number {
  if (lost >= QUIET) report('warning', () => what);
  return lost + 1;
}
