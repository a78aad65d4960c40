// For a test that leaves something to its loop on purpose: nobody is to call it a leak.

import { observers } from '../src/loop/loopObserver.ts';

/** Takes the observers of loops away until the test is over. */
export function unobserved(context: { after(undo: () => void): void }): void {
  const away = [...observers];
  observers.clear();
  context.after(() => {
    for (const observer of away) observers.add(observer);
  });
}
