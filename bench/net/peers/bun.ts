// Bun.listen and Bun.udpSocket. A write there takes what the kernel takes; the rest is for us to keep until
// `drain`.

import { command, credentials, host, listening } from './serve.ts';

interface BunSocket {
  data: { rest: Uint8Array[]; count: number };
  write(bytes: Uint8Array | string): number;
  end(bytes?: string): void;
}

interface BunDatagramSocket {
  readonly port: number;
  send(bytes: Uint8Array, port: number, address: string): boolean;
}

interface Listening {
  readonly port: number;
}

interface BunApi {
  listen(options: object): Listening;
  udpSocket(options: object): Promise<BunDatagramSocket>;
}

const { Bun: bun } = globalThis as unknown as { Bun: BunApi };
const { mode, target } = command();

function open(socket: BunSocket): void {
  socket.data = { rest: [], count: 0 };
}

function echo(socket: BunSocket, bytes: Uint8Array): void {
  const { rest } = socket.data;
  const written = rest.length > 0 ? 0 : Math.max(0, socket.write(bytes));
  // The chunk may be used again once this returns.
  if (written < bytes.length) rest.push(bytes.slice(written));
}

function drain(socket: BunSocket): void {
  const { rest } = socket.data;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const written = Math.max(0, socket.write(first));
    if (written < first.length) {
      rest[0] = first.subarray(written);
      return;
    }
    rest.shift();
  }
}

const echoing = { open, drain, data: echo };

const counting = {
  open,
  data: (socket: BunSocket, bytes: Uint8Array) => void (socket.data.count += bytes.length),
  end: (socket: BunSocket) => socket.end(`${socket.data.count}\n`),
};

if (mode === 'udp') {
  const socket = await bun.udpSocket({
    hostname: host,
    port: 0,
    socket: {
      data: (own: BunDatagramSocket, bytes: Uint8Array, port: number, address: string) =>
        void own.send(bytes, port, address),
    },
  });
  listening(socket.port);
} else if (mode === 'unix') {
  bun.listen({ unix: target, socket: echoing });
  listening(0);
} else {
  const server = bun.listen({
    hostname: host,
    port: 0,
    allowHalfOpen: mode === 'sink',
    socket: mode === 'sink' ? counting : echoing,
    ...(mode === 'tls' ? { tls: credentials(target) } : {}),
  });
  listening(server.port);
}
