// Stalls of the thread that no step and no callback of a loop has made, in debug mode: code of other libraries, of the
// host's timers and listeners. Told by a timer of the host that comes late.
//
// A machine that is busy with others makes timers late too, so this thread must have been at work as long.

import type { unheldTimer } from '../sys/host/exit.ts';
import type { monotonic } from '../sys/host/host.ts';
import { keepRecordingShort } from '../sys/host/hotSpots.ts';
import { processorTime } from '../sys/host/thisProcess.ts';
import type { report } from '../sys/host/report.ts';

const EVERY = 50;
/** Milliseconds. */
const LATE = 250;
const MOST_REPORTS = 20;

export interface HeldUpSubject {
  readonly report: typeof report;
  readonly unheldTimer: typeof unheldTimer;
  readonly monotonic: typeof monotonic;
}

/** Looks out for them; `slowest` returns how long the longest step or callback since the last call took that was
 * reported, and `hotLine` where the last milliseconds went. Returns what ends it. */
export function watchHeldUp(
  { report, unheldTimer, monotonic }: HeldUpSubject,
  hotLine: (took: number) => string,
  slowest: () => number,
): () => void {
  let told = 0;
  let stop: () => void;
  const wait = (): void => {
    const began = monotonic();
    const used = processorTime();
    stop = unheldTimer(EVERY, () => {
      const late = monotonic() - began - EVERY;
      const own = processorTime() - used;
      const known = slowest();
      if (late > LATE && own > LATE && known < LATE && told++ < MOST_REPORTS) {
        const where = hotLine(late);
        report(
          'warning',
          () =>
            `the thread was held up for ${late.toFixed(0)} ms by code that runs in no task and no callback of a loop: ` +
            `a listener, a timer or an import of the program or of another library${where}`,
        );
      }
      // Between two pieces of work.
      keepRecordingShort();
      wait();
    });
  };
  wait();
  return () => stop();
}
