// A protocol that writes down what it is told, and can be waited for.

import assert from 'node:assert/strict';
import { Future } from '../../src/asyncio.ts';
import { Protocol } from '../../src/transport/protocol.ts';
import type { Transport } from '../../src/transport/transport.ts';

export class Recorder extends Protocol {
  transport: Transport | undefined;
  /** `made`, `eof`, `lost`, in the order in which they came. */
  readonly events: string[] = [];
  readonly connected: Future<void> = new Future<void>();
  /** Done with the error, or undefined, when the connection is lost. */
  readonly lost: Future<unknown> = new Future<unknown>();
  readonly #pieces: Buffer[] = [];
  #size: number = 0;
  #wanted: { size: number; reached: Future<void> } | undefined;

  get received(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  get text(): string {
    return this.received.toString();
  }

  /** Done when so many bytes have come in all. */
  async bytes(size: number): Promise<string> {
    if (this.#size < size) {
      const reached = new Future<void>();
      this.#wanted = { size, reached };
      await reached;
    }
    return this.text;
  }

  override connectionMade(transport: Transport): void {
    assert.equal(this.events.length, 0);
    this.transport = transport;
    this.events.push('made');
    this.connected.setResult();
  }

  override dataReceived(data: Buffer): void {
    assert.ok(this.events.includes('made'));
    this.#pieces.push(Buffer.from(data));
    this.#size += data.length;
    if (this.#wanted !== undefined && this.#size >= this.#wanted.size) {
      const { reached } = this.#wanted;
      this.#wanted = undefined;
      if (!reached.done()) reached.setResult();
    }
  }

  override eofReceived(): boolean | void {
    this.events.push('eof');
  }

  override connectionLost(error: unknown): void {
    assert.ok(!this.events.includes('lost'), 'connectionLost came twice');
    this.events.push('lost');
    this.lost.setResult(error);
  }
}

/** Sends back what it is sent. */
export class Echo extends Recorder {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport?.write(Buffer.from(data));
  }
}

/** The host and port of a server's socket. */
export function addressOf(server: {
  sockets: readonly { getsockname(): unknown }[];
}): [host: string, port: number] {
  const [socket] = server.sockets;
  assert.ok(socket !== undefined);
  const [host, port] = socket.getsockname() as [string, number];
  return [host, port];
}
