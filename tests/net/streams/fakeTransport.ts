// A transport that has no socket: what is written is kept, and the test plays the system.

import { Transport } from '../../../src/transport/transport.ts';
import { StreamReader } from '../../../src/streams/streamReader.ts';
import type { StreamReaderOptions } from '../../../src/streams/streamArguments.ts';
import { StreamReaderProtocol } from '../../../src/streams/streamReaderProtocol.ts';
import { StreamWriter } from '../../../src/streams/streamWriter.ts';

export class FakeTransport extends Transport {
  readonly calls: string[] = [];
  readonly written: Buffer[] = [];
  closing: boolean = false;
  reading: boolean = true;
  #protocol: unknown = undefined;

  get text(): string {
    return Buffer.concat(this.written).toString('latin1');
  }

  override getExtraInfo<T>(_name: string, fallback?: T): T | undefined {
    return fallback;
  }

  override isClosing(): boolean {
    return this.closing;
  }

  override close(): void {
    this.calls.push('close');
    this.closing = true;
  }

  override abort(): void {
    this.calls.push('abort');
    this.closing = true;
  }

  override setProtocol(protocol: unknown): void {
    this.#protocol = protocol;
  }

  override getProtocol(): unknown {
    return this.#protocol;
  }

  override isReading(): boolean {
    return this.reading;
  }

  override pauseReading(): void {
    this.calls.push('pause');
    this.reading = false;
  }

  override resumeReading(): void {
    this.calls.push('resume');
    this.reading = true;
  }

  override setWriteBufferLimits(): void {}

  override getWriteBufferSize(): number {
    return 0;
  }

  override getWriteBufferLimits(): { low: number; high: number } {
    return { low: 0, high: 0 };
  }

  override write(data: Uint8Array): void {
    this.written.push(Buffer.from(data));
  }

  override writelines(pieces: Iterable<Uint8Array>): void {
    for (const piece of pieces) this.write(piece);
  }

  override writeEof(): void {
    this.calls.push('eof');
  }

  override canWriteEof(): boolean {
    return true;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<FakeTransport>';
  }
}

export interface FakeStream {
  readonly reader: StreamReader;
  readonly writer: StreamWriter;
  readonly protocol: StreamReaderProtocol;
  readonly transport: FakeTransport;
  /** Hands bytes over as the selector backend does: by the protocol's buffer. */
  receive(data: Uint8Array | string): void;
}

/** A stream on a fake transport. */
export function fakeStream(options: StreamReaderOptions = {}): FakeStream {
  const reader = new StreamReader(options);
  const protocol = new StreamReaderProtocol(reader);
  const transport = new FakeTransport();
  protocol.connectionMade(transport);
  const writer = new StreamWriter(transport, protocol, reader);
  const receive = (data: Uint8Array | string): void => receiveInto(protocol, Buffer.from(data as string));
  return { reader, writer, protocol, transport, receive };
}

/** What a `recv` does, until there is nothing left. */
export function receiveInto(protocol: StreamReaderProtocol, data: Buffer): void {
  for (let at = 0; at < data.length;) {
    const room = protocol.getBuffer(-1);
    const count = data.copy(room, 0, at);
    at += count;
    protocol.bufferUpdated(count);
  }
}
