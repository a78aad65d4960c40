// Waiting until a descriptor can be read or written: on the selector where the loop has one, else by looking again.

import { getRunningLoop, PermissionError, UnsupportedError } from '../../asyncio.ts';

/** Milliseconds between two looks, where there is no selector. */
const AGAIN = 10;

export type Side = 'Reader' | 'Writer';

/** One that waits. */
export interface Wait {
  readonly side: Side;
  /** Ends the wait with an error, and listens no more: the descriptor may be closed in the same turn. */
  fail(error: Error): void;
}

/** Waits until it is worth to try again. Resolves to whether it is known to be so. A cancel ends the wait. */
export async function readyFor(side: Side, fd: number, waiting: Set<Wait>): Promise<boolean> {
  const ready = getRunningLoop().createFuture<boolean>();
  const tell = (known: boolean) => () => ready.done() || ready.setResult(known);
  const stop = listen(side, fd, tell(true)) ?? later(tell(false));
  const end = (): void => void (waiting.delete(wait) && stop());
  const wait: Wait = {
    side,
    fail: (error) => {
      end();
      if (!ready.done()) ready.setException(error);
    },
  };
  waiting.add(wait);
  try {
    return await ready;
  } finally {
    end();
  }
}

/** Undefined where there is no selector, or it does not take this descriptor. */
function listen(side: Side, fd: number, heard: () => unknown): (() => unknown) | undefined {
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
