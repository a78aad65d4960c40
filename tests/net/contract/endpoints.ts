// Datagram endpoints for cases: with a protocol that writes down what it is told.

import assert from 'node:assert/strict';
import { Future } from '../../../src/asyncio.ts';
import type { DatagramEndpointOptions, DatagramTransport, SocketAddress } from '../../../src/asyncio.ts';
import type { World } from './contract.ts';

type Address = readonly [host: string, port: number];

/** A protocol that writes down what it is told. */
export class Receiver {
  readonly calls: string[] = [];
  readonly texts: string[] = [];
  readonly senders: SocketAddress[] = [];
  readonly errors: (Error & { code?: string })[] = [];
  deed: (() => void) | undefined = undefined;
  #waits: { holds: () => boolean; reached: Future<void> }[] = [];

  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const reached = new Future<void>();
    this.#waits.push({ holds, reached });
    await reached;
  }

  connectionMade(): void {
    this.#note('made');
  }

  datagramReceived(data: Buffer, address: SocketAddress): void {
    this.texts.push(String(data));
    this.senders.push(address);
    this.#note('datagram');
  }

  errorReceived(error: Error): void {
    this.errors.push(error);
    this.#note('error');
  }

  connectionLost(error: unknown): void {
    assert.equal(error, undefined);
    assert.ok(!this.calls.includes('lost'), 'connectionLost came twice');
    this.#note('lost');
  }

  pauseWriting(): void {
    this.#note('pause');
  }

  resumeWriting(): void {
    this.#note('resume');
  }

  #note(call: string): void {
    this.calls.push(call);
    try {
      this.deed?.();
    } finally {
      this.#waits = this.#waits.filter(({ holds, reached }) => {
        if (!holds()) return true;
        if (!reached.done()) reached.setResult();
        return false;
      });
    }
  }
}

export interface Endpoint {
  readonly transport: DatagramTransport;
  readonly receiver: Receiver;
  readonly address: Address;
}

/** Opens endpoints for `body`, and closes them behind it. */
export async function withEndpoints(
  { loop }: World,
  body: (open: (options?: DatagramEndpointOptions) => Promise<Endpoint>) => Promise<void>,
): Promise<void> {
  const opened: Endpoint[] = [];
  const open = async (
    options: DatagramEndpointOptions = { localAddr: ['127.0.0.1', 0] },
  ): Promise<Endpoint> => {
    const [transport, receiver] = await loop.createDatagramEndpoint(() => new Receiver(), options);
    const endpoint = {
      transport,
      receiver,
      address: transport.getExtraInfo<Address>('sockname') as Address,
    };
    opened.push(endpoint);
    return endpoint;
  };
  try {
    await body(open);
  } finally {
    for (const { transport, receiver } of opened) {
      transport.abort();
      await receiver.until(() => receiver.calls.includes('lost'));
    }
  }
}
