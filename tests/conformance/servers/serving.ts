// A server that hands out its protocols in order, and clients of it.

import { Future } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import type { Server } from '../../../src/net/serve/server.ts';
import { addressOf, Recorder } from '../../net/recorder.ts';

export async function client(loop: EventLoop, server: Server): Promise<Recorder> {
  const [, protocol] = await createConnection(loop, () => new Recorder(), ...addressOf(server));
  return protocol;
}

/** A server that hands its next protocols out in order. */
export async function serving(loop: EventLoop): Promise<{ server: Server; next: () => Promise<Recorder> }> {
  const made: Recorder[] = [];
  let wanted: Future<void> | undefined;
  const server = await createServer(
    loop,
    () => {
      const protocol = new Recorder();
      made.push(protocol);
      if (wanted?.done() === false) wanted.setResult();
      return protocol;
    },
    '127.0.0.1',
    0,
  );
  const next = async (): Promise<Recorder> => {
    if (made.length === 0) await (wanted = new Future<void>());
    const protocol = made.shift() as Recorder;
    await protocol.connected;
    return protocol;
  };
  return { server, next };
}
