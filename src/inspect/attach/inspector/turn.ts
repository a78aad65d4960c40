// One looker after the other: Node's default port can be held by one process at a time.
//
// The lock is an abstract Unix socket. It belongs to the network namespace, as the port does; it is free again when its
// holder ends, whatever ends it; and it needs no file that somebody would have to remove.

import { OSError, sleep, startUnixServer } from '../../../asyncio.ts';

const NAME = '\0asyncio-ts.inspector';
/** After so many milliseconds the turn is taken all the same: a look takes some hundred, and a lock that anybody can
 * hold must not keep others out. */
const PATIENCE = 5000;

/** Waits for the turn and has it until it is disposed. */
export async function takeTurn(): Promise<AsyncDisposable> {
  const started = performance.now();
  for (let pause = 2; ; pause = Math.min(2 * pause, 40)) {
    try {
      return await startUnixServer(() => {}, NAME);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      // Taken for too long, or a system without abstract names.
      const inUse = error.code === 'EADDRINUSE';
      if (!inUse || performance.now() - started > PATIENCE)
        return { [Symbol.asyncDispose]: async () => {} };
    }
    await sleep(pause);
  }
}
