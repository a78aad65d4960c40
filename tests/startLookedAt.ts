// Starts lookedAt.ts for the tests of what looks at it.

import { Program } from './facade/program.ts';

export interface LookedAt {
  readonly pid: number;
  /** Kills it, and waits until it has ended; once it has, this does nothing. */
  end(): Promise<void>;
}

/** With so many idle tasks, when all are there; prepared to be looked at where there is more than Node. */
export async function startLookedAt(idle: number, { isPrepared = false } = {}): Promise<LookedAt> {
  const file = new URL('./lookedAt.ts', import.meta.url);
  const program = new Program(file, [String(idle)], isPrepared ? { ASYNCIO_INSPECT: '1' } : {});
  await program.printed('started');
  let hasEnded = false;
  return {
    pid: program.pid,
    end: async () => {
      if (hasEnded) return;
      hasEnded = true;
      program.signal('SIGKILL');
      await program.ended;
    },
  };
}
