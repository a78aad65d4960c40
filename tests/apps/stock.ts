// The service that the servers of the pages ask: one that answers at once, and never for what is called slow.

import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Stock {
  readonly url: string;
  /** Waits until it was asked so many times. */
  asked(count: number): Promise<void>;
  /** Waits until so many of those who asked have left without an answer. */
  givenUp(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startStock(): Promise<Stock> {
  const seen = { asked: 0, givenUp: 0 };
  const changes = new EventEmitter();
  const note = (what: keyof typeof seen): void => {
    seen[what]++;
    changes.emit('change');
  };
  const until = async (what: keyof typeof seen, count: number): Promise<void> => {
    while (seen[what] < count) await once(changes, 'change');
  };
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) note('givenUp');
    });
    note('asked');
    if (!request.url?.endsWith('slow')) response.end('7');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: async (count) => await until('asked', count),
    givenUp: async (count) => await until('givenUp', count),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
