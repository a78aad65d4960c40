// A datagram protocol that writes down what it is told, and can be waited for.

import assert from 'node:assert/strict';
import { Future } from '../../../src/asyncio.ts';
import { DatagramProtocol } from '../../../src/transport/protocol.ts';
import type { DatagramTransport, SocketAddress } from '../../../src/transport/transport.ts';

interface Wait {
  readonly holds: () => boolean;
  readonly reached: Future<void>;
}

export class DatagramWitness extends DatagramProtocol {
  /** `made`, `datagram`, `error`, `lost`, `pause`, `resume`, as they came. */
  readonly calls: string[] = [];
  readonly datagrams: { readonly text: string; readonly address: SocketAddress }[] = [];
  readonly errors: unknown[] = [];
  onDatagram: ((data: Buffer, address: SocketAddress) => void) | undefined = undefined;
  onError: (() => void) | undefined = undefined;
  #transport: DatagramTransport | undefined = undefined;
  #waits: Wait[] = [];

  get transport(): DatagramTransport {
    assert.ok(this.#transport !== undefined, 'connectionMade has not come');
    return this.#transport;
  }

  get texts(): string[] {
    return this.datagrams.map(({ text }) => text);
  }

  /** Where it receives. */
  get address(): SocketAddress {
    return this.transport.getExtraInfo<SocketAddress>('sockname') as SocketAddress;
  }

  get inet(): [host: string, port: number] {
    const [host, port] = this.address as [string, number];
    return [host, port];
  }

  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const reached = new Future<void>();
    this.#waits.push({ holds, reached });
    await reached;
  }

  async received(count: number): Promise<string[]> {
    await this.until(() => this.datagrams.length >= count);
    return this.texts;
  }

  async loss(): Promise<void> {
    await this.until(() => this.calls.includes('lost'));
  }

  async closed(): Promise<void> {
    this.transport.close();
    await this.loss();
  }

  override connectionMade(transport: DatagramTransport): void {
    assert.deepEqual(this.calls, []);
    this.#transport = transport;
    this.#note('made');
  }

  override datagramReceived(data: Buffer, address: SocketAddress): void {
    this.datagrams.push({ text: data.toString(), address });
    this.#note('datagram', () => this.onDatagram?.(data, address));
  }

  override errorReceived(error: unknown): void {
    this.errors.push(error);
    this.#note('error', this.onError);
  }

  override connectionLost(error: unknown): void {
    assert.equal(error, undefined);
    this.#note('lost');
  }

  override pauseWriting(): void {
    this.#note('pause');
  }

  override resumeWriting(): void {
    this.#note('resume');
  }

  #note(call: string, deed?: () => void): void {
    assert.ok(!this.calls.includes('lost'), `${call} came after connectionLost`);
    this.calls.push(call);
    try {
      deed?.();
    } finally {
      this.#waits = this.#waits.filter(({ holds, reached }) => {
        if (!holds()) return true;
        if (!reached.done()) reached.setResult();
        return false;
      });
    }
  }
}
