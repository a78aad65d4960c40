// Files to send, and connections that take them slowly.

import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLoop } from '../../../src/asyncio.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import { SO_RCVBUF, SO_SNDBUF, SOL_SOCKET } from '../../../src/sys/libc/socketConstants.ts';
import { libc } from '../../../src/sys/libc/libc.ts';
import { ffi } from '../../../src/sys/libc/ffi.ts';
import { DataWitness } from '../contract/witness.ts';
import { pattern } from '../contract/pair.ts';
import { addressOf } from '../recorder.ts';

/** Large enough not to fit into the buffers of a connection. */
export const DATA: Buffer = pattern(3_000_001);
/** Larger than what a connection of the host's holds while nobody reads. */
export const LARGE: Buffer = Buffer.alloc(24_000_000, DATA);

/** Runs `body` with a file of these bytes, open for reading. */
export async function withFile(
  data: Uint8Array,
  body: (file: FileHandle, path: string) => Promise<unknown>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'asyncio-ts-'));
  const path = join(folder, 'file');
  await writeFile(path, data);
  const file = await open(path, 'r');
  try {
    await body(file, path);
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
}

/** Where a file stands; undefined where that can't be known. */
export function placeOf(file: { readonly fd: number }): number | undefined {
  return ffi() === undefined ? undefined : libc().lseek(file.fd, 0, 1);
}

export interface Pair {
  readonly client: DataWitness;
  readonly server: DataWitness;
}

/** Both ends of a TCP connection, with small buffers where they can be set. */
export async function withConnection(
  loop: EventLoop,
  body: (pair: Pair) => Promise<unknown>,
  serverSide: DataWitness = new DataWitness(),
): Promise<void> {
  const server = await loop.createServer(() => serverSide, '127.0.0.1', 0);
  const [host, port] = addressOf(server);
  const client = new DataWitness();
  await loop.createConnection(() => client, host, port);
  await serverSide.until(() => serverSide.calls.length > 0);
  server.close();
  small(client, SO_SNDBUF);
  small(serverSide, SO_RCVBUF);
  try {
    await body({ client, server: serverSide });
  } finally {
    for (const end of [client, serverSide]) {
      end.transport.abort();
      await end.loss();
    }
    await server.waitClosed();
  }
}

function small(end: DataWitness, option: number): void {
  const socket = end.transport.getExtraInfo('socket');
  if (socket instanceof Socket) socket.setsockopt(SOL_SOCKET, option, 65_536);
}
