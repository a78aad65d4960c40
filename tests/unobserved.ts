// For a test that leaves something to its loop on purpose: nobody is to call it a leak.

import { observed } from '../src/loop/loopObserver.ts';
import { observers } from '../src/reports/observeLoops.ts';

/** Takes the observers of loops away until the test is over. */
export function unobserved(context: { after(undo: () => void): void }): void {
  const away = [...observers];
  const { tell } = observed;
  observers.clear();
  observed.tell = undefined;
  context.after(() => {
    for (const observer of away) observers.add(observer);
    observed.tell = tell;
  });
}
