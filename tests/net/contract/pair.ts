// Two transports that are connected with each other, and what cases do with them.

import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLoop, Server, Transport } from '../../../src/asyncio.ts';
import { sleep } from '../../../src/asyncio.ts';
import { addressOf } from '../recorder.ts';
import type { World } from './contract.ts';
import { DataWitness } from './witness.ts';
import type { Witness } from './witness.ts';

/** Runs `body` with both ends of a connection, and leaves neither behind. */
export async function withPair<C extends Witness = DataWitness, S extends Witness = DataWitness>(
  world: World,
  body: (client: C, server: S) => Promise<void>,
  ends: { client?: C; server?: S; writes?: 'client' | 'server' } = {},
): Promise<void> {
  const client = (ends.client ?? new DataWitness()) as C;
  const server = (ends.server ?? new DataWitness()) as S;
  if (world.carrier === 'pipe') {
    const [writer, reader] = ends.writes === 'server' ? [server, client] : [client, server];
    return await withPipe(world.loop, () => body(client, server), writer, reader);
  }
  const place = await listen(world, () => server);
  try {
    await place.connect(() => client);
    await server.until(() => server.calls.length > 0);
    place.server.close();
    await body(client, server);
  } finally {
    place.server.close();
    for (const end of [client, server]) {
      if (end.calls.length === 0) continue;
      end.transport.abort();
      await end.loss();
    }
    await place.server.waitClosed();
    place.remove();
  }
}

/** Runs `body` with both ends of a pipe, and leaves neither behind. */
async function withPipe(
  loop: EventLoop,
  body: () => Promise<void>,
  writer: Witness,
  reader: Witness,
): Promise<void> {
  const [read, write] = openFifo();
  try {
    await loop.connectReadPipe(() => reader, read);
    await loop.connectWritePipe(() => writer, write);
    await body();
  } finally {
    if (writer.calls.length > 0) writer.transport.abort();
    if (reader.calls.length > 0) reader.transport.close();
    for (const end of [writer, reader]) if (end.calls.length > 0) await end.loss();
  }
}

function openFifo(): [read: number, write: number] {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  rmSync(folder, { recursive: true });
  return [read, write];
}

export interface Place {
  readonly server: Server;
  connect<P extends object>(factory: () => P): Promise<[Transport, P]>;
  /** Removes what is left in the file system. */
  remove(): void;
}

/** A server on the world's carrier. */
export async function listen({ loop, carrier }: World, factory: () => object): Promise<Place> {
  if (carrier === 'tcp') {
    const server = await loop.createServer(factory, '127.0.0.1', 0);
    const [host, port] = addressOf(server);
    return {
      server,
      connect: (client) => loop.createConnection(client, host, port),
      remove: () => {},
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const path = join(folder, 's');
  const server = await loop.createUnixServer(factory, path);
  return {
    server,
    connect: (client) => loop.createUnixConnection(client, path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes until the system takes no more, which it does not while the peer does not read.
 * @returns how many bytes were written */
export function fill(transport: Transport): number {
  const chunk = Buffer.alloc(65_536, 'f');
  let written = 0;
  while (transport.getWriteBufferSize() === 0) {
    transport.write(chunk);
    written += chunk.length;
  }
  return written;
}

/** So many iterations of the loop. */
export async function iterations(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await sleep(0);
}

/** Bytes of which every stretch is different. */
export function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0, value = 1; index < size; index++) {
    value = (value * 75 + 74) % 65_537;
    bytes[index] = value;
  }
  return bytes;
}
