// A TLS server and a client of it, as the tests want them.

import { sleep } from '../../../src/asyncio.ts';
import type { EventLoop, Server } from '../../../src/asyncio.ts';
import type { ClientTlsOptions, ServerTlsOptions } from '../../../src/net/tls/tlsArguments.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import type { Recorder } from '../recorder.ts';
import { addressOf } from '../recorder.ts';
import { clientContext, serverContext } from './contexts.ts';

export interface Pair<S extends Recorder, C extends Recorder> {
  server: Server;
  port: number;
  /** What the server made of the connection. */
  peer: S;
  client: C;
  transport: Transport;
}

/** Serves with `ssl`, the tests' certificate for localhost by default. */
export async function serve(
  loop: EventLoop,
  factory: () => object,
  options: ServerTlsOptions = {},
): Promise<[server: Server, port: number]> {
  const server = await loop.createServer(factory, '127.0.0.1', 0, { ssl: serverContext(), ...options });
  return [server, addressOf(server)[1]];
}

export async function connect<P extends object>(
  loop: EventLoop,
  factory: () => P,
  port: number,
  options: ClientTlsOptions = {},
): Promise<[Transport, P]> {
  const tls = { ssl: clientContext(), serverHostname: 'localhost', ...options };
  return await loop.createConnection(factory, '127.0.0.1', port, tls);
}

/** A connected pair; the handshake is over on both sides. */
export async function pair<S extends Recorder, C extends Recorder>(
  loop: EventLoop,
  makePeer: () => S,
  makeClient: () => C,
  options: { client?: ClientTlsOptions; server?: ServerTlsOptions } = {},
): Promise<Pair<S, C>> {
  const peers: S[] = [];
  const factory = (): S => {
    const peer = makePeer();
    peers.push(peer);
    return peer;
  };
  const [server, port] = await serve(loop, factory, options.server);
  const [transport, client] = await connect(loop, makeClient, port, options.client);
  const peer = peers[0] as S;
  await peer.connected;
  return { server, port, peer, client, transport };
}

/** Closes the server and waits for its connections to end. */
export async function shut(server: Server): Promise<void> {
  server.close();
  await server.waitClosed();
  await sleep(0);
}
