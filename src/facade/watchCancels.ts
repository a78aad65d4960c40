// Telling a program of cancels that cannot get through: what is said of them is loaded when there is something to say.

import { isStuck, lookLater, patienceOf, stuckCancels } from '../core/cancel/stuckCancels.ts';
import { awaitsCompiledAway } from '../core/future/nativeAwait.ts';
import type { TaskBody } from '../core/task/coroutine.ts';
import { creationLines } from '../loop/creation.ts';
import { monotonic } from '../sys/host/host.ts';
import { report } from '../sys/host/report.ts';

const loaded = async () => await import('../reports/stuckCancelReport.ts');

/** From now on the program is told of each place where a cancel waits for a foreign promise. */
export function watchCancels(): void {
  stuckCancels.look ??= (stuck) =>
    void loaded().then(({ lookAtStuckCancels }) =>
      lookAtStuckCancels(stuck, {
        isStuck,
        lookLater,
        patienceOf,
        monotonic,
        report,
        awaitsCompiledAway,
        creationLines,
      }),
    );
}

// The first tells of them all: a program is compiled in one way.
let checked = false;

/** Says so, once, where awaits were compiled away: those of the library, or of what it runs first. */
export function checkAwaits(main: TaskBody<unknown>): void {
  if (checked) return;
  checked = true;
  const library = awaitsCompiledAway(async () => {});
  if (!library && !awaitsCompiledAway(main)) return;
  void loaded().then(({ compiledAwaits }) =>
    report('warning', () => compiledAwaits(library ? 'asyncio-ts' : main.name || 'the main function')),
  );
}
