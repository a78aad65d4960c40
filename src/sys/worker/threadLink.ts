// How the program talks to its pool in a thread: over a port that no code of the program's user knows of.

import type { MessagePort } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.ts';
import { Slots } from './slots.ts';
import type { WorkerLink } from './workerLink.ts';

/** What a thread is given as its `workerData`. */
export interface ThreadData {
  readonly setup: WorkerSetup;
  readonly port: MessagePort;
  readonly memory: SharedArrayBuffer;
  readonly portal?: MessagePort | undefined;
}

export function threadLink(): WorkerLink {
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { setup, port, memory, portal } = workerData as ThreadData;
  return {
    setup,
    portal,
    slots: new Slots(memory),
    post: (message: FromWorker, transfer) => port.postMessage(message, transfer as never),
    receive: (listener) => void port.on('message', (message: ToWorker) => listener(message)),
    close: () => port.close(),
  };
}
