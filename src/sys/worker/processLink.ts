// How the program talks to its pool in a child process: over the host's channel between processes.
//
// 1. There is no shared memory. A cancel is told by message, and for code that lets no message in by a file that the pool
//    writes the call's number to: it is read at most once a millisecond, so that asking costs a look at the clock.
// 2. When the channel closes, or the process has got another parent, the pool is gone, and with it whoever wanted the
//    work: the process ends at once.
// 3. An error that nobody catches is told to the pool before it ends the process.

import { packError } from './packError.ts';
import type { FromWorker, PackedError, PipePortal, WorkerSetup } from './protocol.ts';
import type { WorkerLink } from './workerLink.ts';

/** How often the file is read, in milliseconds. */
const EVERY = 1;

/** What a child is sent first. */
export interface ProcessHello {
  readonly setup: WorkerSetup;
  /** The file that tells which call was asked to stop. */
  readonly flag: string;
  /** Whether it has a portal, at {@link PORTAL}. */
  readonly portal: boolean;
}

/** The descriptor of a child's portal. */
export const PORTAL = 4;

/** The last word of a process: what was thrown in it that nobody caught. */
export interface LastWord {
  readonly died: PackedError;
}

/** Makes a program that Bun has compiled be Bun. */
export const BE_BUN = 'BUN_BE_BUN';

/** Calls `serve` with the link as soon as the pool has said hello. */
export function openProcessLink(serve: (link: WorkerLink) => void): void {
  // It is for this process, and not for what it starts.
  delete process.env[BE_BUN];
  let receive = (hello: never): void => {
    serve(processLink(hello, (listener) => (receive = listener as typeof receive)));
  };
  // Bun closes the channel when nobody listens, if only for a moment.
  process.on('message', (message: unknown) => receive(message as never));
  process.on('disconnect', () => process.exit());
  process.on('uncaughtException', (error) => {
    console.error(error);
    const last: LastWord = { died: packError(error) };
    process.send?.(last, () => process.exit(1));
  });
}

function processLink({ setup, flag, portal }: ProcessHello, receive: WorkerLink['receive']): WorkerLink {
  return {
    setup,
    slots: undefined,
    asked: openFlag(flag),
    portal: portal ? ({ descriptor: PORTAL, reply: undefined } satisfies PipePortal) : undefined,
    post: (message: FromWorker) => {
      // Deno has written half of a message when it finds what cannot be cloned.
      if ('Deno' in globalThis) structuredClone(message);
      process.send?.(message);
    },
    receive,
    close: () => process.disconnect?.(),
  };
}

/** Whether the call of a number was asked to stop. */
function openFlag(path: string): (id: number) => boolean {
  const { openSync, readSync } = process.getBuiltinModule('node:fs');
  const file = openSync(path, 'r');
  const parent = process.ppid;
  const word = new Float64Array(1);
  let next = 0;
  return (id) => {
    const now = performance.now();
    if (now < next) return false;
    next = now + EVERY;
    if (process.ppid !== parent) process.exit();
    readSync(file, word, 0, 8, 0);
    return word[0] === id;
  };
}
