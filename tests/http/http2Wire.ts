// A client of HTTP/2 that is made of frames, for what no well-behaved one would send.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { interruptible, sleep } from '../../src/asyncio.ts';

export const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const NAMES = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST',
  'SETTINGS',
  'PUSH',
  'PING',
  'GOAWAY',
  'WINDOW',
  'MORE',
];

export function frame(
  type: string,
  stream: number,
  flags: number = 0,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = NAMES.indexOf(type);
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
/** A field as HPACK has it, neither packed nor kept. */
const field = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0]), text(name), text(value)]);

export const END_STREAM = 1;
export const END_HEADERS = 4;

/** The head of a request. */
export function head(stream: number, path: string, flags: number = END_STREAM | END_HEADERS): Buffer {
  const method = (flags & END_STREAM) === 0 ? 'POST' : 'GET';
  const fields = { ':method': method, ':path': path, ':scheme': 'http', ':authority': 'here' };
  return frame(
    'HEADERS',
    stream,
    flags,
    Buffer.concat(Object.entries(fields).map(([name, value]) => field(name, value))),
  );
}

export function reset(stream: number): Buffer {
  return frame('RST', stream, 0, number(8));
}

/** No window for any stream: nothing of a body can be sent. */
export const noWindow: Buffer = frame('SETTINGS', 0, 0, Buffer.concat([Buffer.from([0, 4]), number(0)]));
export const settings: Buffer = frame('SETTINGS', 0);

export class WireClient implements AsyncDisposable {
  readonly socket: Socket;
  /** What has come: `HEADERS 1`, `RST 3 8`, `GOAWAY 0 0`, then `closed`. */
  readonly got: string[] = [];
  #rest: Buffer = Buffer.alloc(0);

  constructor(port: number | undefined, ...bytes: readonly Buffer[]) {
    this.socket = connect(port as number, '127.0.0.1');
    this.socket.on('error', () => {}).on('data', (data: Buffer) => this.#take(data));
    this.socket.on('close', () => this.got.push('closed'));
    this.send(...bytes);
  }

  send(...bytes: readonly Buffer[]): void {
    if (bytes.length > 0) this.socket.write(Buffer.concat(bytes));
  }

  /** Waits until such a frame has come. */
  async seen(what: string): Promise<void> {
    while (!this.got.includes(what)) await sleep(1);
  }

  #take(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      if (this.#rest.length < 9) return;
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) return;
      const name = NAMES[this.#rest[3] as number] ?? '?';
      const code =
        name === 'RST'
          ? ` ${this.#rest.readUInt32BE(9)}`
          : name === 'GOAWAY'
            ? ` ${this.#rest.readUInt32BE(13)}`
            : '';
      this.got.push(`${name} ${this.#rest.readUInt32BE(5)}${code}`);
      this.#rest = this.#rest.subarray(9 + length);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await interruptible(closed);
  }
}
