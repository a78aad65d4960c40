// The frames of a WebSocket, written and read byte by byte: what no driver would send.

import { createHash } from 'node:crypto';
import { connect } from './client.ts';
import type { Client } from './client.ts';

export interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

export const [MORE, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;

export interface Shape {
  readonly fin?: boolean;
  readonly reserved?: number;
  readonly masked?: boolean;
}

export function frame(opcode: number, payload: string | Buffer = '', shape: Shape = {}): Buffer {
  const { fin = true, reserved = 0, masked = true } = shape;
  const data = Buffer.from(payload as string);
  const size = data.length;
  const [length, extended] =
    size < 126 ? [size, Buffer.alloc(0)] : size < 65_536 ? [126, Buffer.alloc(2)] : [127, Buffer.alloc(8)];
  if (extended.length === 2) extended.writeUInt16BE(size);
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(size));
  const head = Buffer.from([(fin ? 128 : 0) | (reserved << 4) | opcode, (masked ? 128 : 0) | length]);
  const mask = Buffer.from([1, 2, 3, 4]);
  const body = masked ? data.map((byte, index) => byte ^ (mask[index % 4] as number)) : data;
  return Buffer.concat([head, extended, masked ? mask : Buffer.alloc(0), body]);
}

export function closing(code?: number, reason: string | Buffer = ''): Buffer {
  if (code === undefined) return frame(CLOSE);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame(CLOSE, Buffer.concat([head, Buffer.from(reason as string)]));
}

export class RawSocket implements AsyncDisposable {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  write(...frames: readonly Buffer[]): void {
    this.client.writer.write(Buffer.concat(frames));
  }

  async read(): Promise<Frame | undefined> {
    const { reader } = this.client;
    try {
      const [first = 0, second = 0] = await reader.readExactly(2);
      let size = second & 127;
      if (size === 126) size = (await reader.readExactly(2)).readUInt16BE();
      else if (size === 127) size = Number((await reader.readExactly(8)).readBigUInt64BE());
      return { fin: first >= 128, opcode: first & 15, payload: await reader.readExactly(size) };
    } catch {
      return undefined;
    }
  }

  /** The code of the close frame that ends the connection, behind whatever is sent before it; 'cut' where there is none. */
  async closeCode(): Promise<number | 'cut'> {
    for (;;) {
      const next = await this.read();
      if (next === undefined) return 'cut';
      if (next.opcode === CLOSE) return next.payload.length === 0 ? 1005 : next.payload.readUInt16BE();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
  }
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export async function openRaw(port: number | undefined, ...lines: readonly string[]): Promise<RawSocket> {
  const client = await connect(port);
  client.get(
    '/',
    'upgrade: websocket',
    'connection: Upgrade',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${KEY}`,
    ...lines,
  );
  const { status, headers } = await client.head();
  const accept = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  if (status !== 101 || headers.get('sec-websocket-accept') !== accept)
    throw new Error(`${status} is no handshake`);
  return new RawSocket(client);
}
