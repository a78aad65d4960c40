// Messages to threads and children, with a number and a map of who waits: what every pool stands on.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PeerWorks, Sample } from '../../sample.ts';
import { manyInFlight, oneByOne, ROUNDS } from './calls.ts';
import type { CallAdd } from './calls.ts';
import { burn } from './work.mjs';

const program = new URL('./bareWorker.mjs', import.meta.url);

interface Peer {
  send(message: unknown): void;
  on(event: 'message', listener: (message: [number, number]) => void): unknown;
  end(): unknown;
}

function thread(): Peer {
  const worker = new Worker(program);
  return {
    send: (message) => worker.postMessage(message),
    on: (event, listener) => worker.on(event, listener),
    end: () => worker.terminate(),
  };
}

function child(): Peer {
  const process = fork(fileURLToPath(program), { serialization: 'advanced' });
  return {
    send: (message) => void process.send(message as object),
    on: (event, listener) => process.on(event, listener as never),
    end: () => process.disconnect(),
  };
}

async function withPeers(
  count: number,
  make: () => Peer,
  body: (call: CallAdd) => Promise<Sample>,
): Promise<Sample> {
  const waiting = new Map<number, (sum: number) => void>();
  const peers = Array.from({ length: count }, make);
  for (const peer of peers) {
    peer.on('message', ([id, sum]) => {
      waiting.get(id)?.(sum);
      waiting.delete(id);
    });
  }
  let last = 0;
  try {
    return await body((numbers) => {
      const id = (last += 1);
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        peers[id % count]?.send([id, numbers]);
      });
    });
  } finally {
    for (const peer of peers) await peer.end();
  }
}

export const works: PeerWorks = {
  'pool-latency': (size) => withPeers(1, thread, (call) => oneByOne(call, size)),
  'pool-throughput': (size) => withPeers(2, thread, (call) => manyInFlight(call, size)),
  'process-latency': (size) => withPeers(1, child, (call) => oneByOne(call, size)),
  'process-throughput': (size) => withPeers(2, child, (call) => manyInFlight(call, size)),
  'pool-compute': async (size) => {
    const started = performance.now();
    for (let i = 0; i < size; i += 1) burn(ROUNDS);
    return { value: performance.now() - started };
  },
};
