// A proxy between a client and a server that does what networks do: it delays, splits, stalls, truncates, resets
// and garbles. It is made of the host's own sockets, so that what it does to a connection is none of ours.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, NetConnectOpts, Server, Socket } from 'node:net';
import type { Random } from '../../src/testing/random.ts';

const KINDS = ['none', 'delay', 'split', 'stall', 'truncate', 'reset', 'garble'] as const;

export interface Fault {
  readonly kind: (typeof KINDS)[number];
  /** After so many bytes in one direction. */
  readonly after: number;
}

/** True where all bytes come through in the end. */
export function isHarmless({ kind }: Fault): boolean {
  return kind === 'none' || kind === 'delay' || kind === 'split';
}

export function drawFault(random: Random, most: number): Fault {
  return { kind: random.pick(KINDS), after: random.int(most) };
}

export class FaultyProxy {
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();

  private constructor(target: NetConnectOpts, fault: Fault) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const upstream = connect({ ...target, allowHalfOpen: true } as NetConnectOpts);
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#sockets.delete(socket));
      }
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
      carry(client, upstream, fault);
      carry(upstream, client, fault);
    });
  }

  static async open(target: NetConnectOpts, fault: Fault): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target, fault);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** A Unix socket has no reset of its own. */
function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

function carry(from: Socket, to: Socket, { kind, after }: Fault): void {
  let passed = 0;
  from.on('data', (chunk: Buffer) => {
    const struck = passed + chunk.byteLength > after;
    passed += chunk.byteLength;
    if (!struck || kind === 'none') to.write(chunk);
    else if (kind === 'split') for (const byte of chunk) to.write(Buffer.of(byte));
    else if (kind === 'delay') {
      from.pause();
      setTimeout(() => {
        to.write(chunk);
        from.resume();
      }, 1);
    } else if (kind === 'garble') to.write(chunk.map((byte) => byte ^ 0x55));
    else if (kind === 'truncate') to.end(chunk.subarray(0, chunk.byteLength >> 1));
    else if (kind === 'reset') {
      reset(from);
      reset(to);
    } else from.pause();
  });
  from.on('end', () => {
    if (kind !== 'delay') to.end();
    else setTimeout(() => to.end(), 2);
  });
}
