// Waiting until a descriptor can be read or written: on the selector where the loop has one, else by looking again.

import { getRunningLoop, PermissionError, UnsupportedError } from '../../asyncio.ts';
import type { Future } from '../../asyncio.ts';

/** Milliseconds between two looks, where there is no selector. */
const AGAIN = 10;

/** Waits until it is worth to try again. Resolves to whether it is known to be so. A cancel ends the wait. */
export async function readyFor(
  side: 'Reader' | 'Writer',
  fd: number,
  waiting: Set<Future<boolean>>,
): Promise<boolean> {
  const loop = getRunningLoop();
  const ready = loop.createFuture<boolean>();
  waiting.add(ready);
  const tell = (known: boolean) => () => ready.done() || ready.setResult(known);
  const end = listen(side, fd, tell(true)) ?? later(tell(false));
  try {
    return await ready;
  } finally {
    end();
    waiting.delete(ready);
  }
}

/** Undefined where there is no selector, or it does not take this descriptor. */
function listen(side: 'Reader' | 'Writer', fd: number, heard: () => unknown): (() => unknown) | undefined {
  const loop = getRunningLoop();
  try {
    loop[`add${side}`](fd, heard);
  } catch (error) {
    if (error instanceof UnsupportedError || error instanceof PermissionError) return undefined;
    throw error;
  }
  return () => loop[`remove${side}`](fd);
}

function later(heard: () => unknown): () => unknown {
  const timer = getRunningLoop().callLater(AGAIN, heard);
  return () => timer.cancel();
}
