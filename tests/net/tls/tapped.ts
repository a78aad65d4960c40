// The other side of a TLS connection, made of the host's node:tls, with a hand on the bytes below TLS: what a
// broken or hostile peer sends can be sent.

import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { SecureVersion } from 'node:tls';
import { interruptible, openConnection, startServer } from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import type { TlsTimeouts } from '../../../src/net/tls/tlsArguments.ts';
import { certificateFile, clientContext, pem, serverContext } from './contexts.ts';

export type Role = 'server' | 'client';
/** TLS from the start over a socket, or put over a live transport. */
export type Way = 'direct' | 'startTls';

export interface Tapped {
  /** Ours. */
  readonly reader: StreamReader;
  readonly writer: StreamWriter;
  /** Theirs. */
  readonly tls: TLSSocket;
  /** What is below `tls`. */
  readonly raw: Socket;
  /** Changes what theirs sends from now on, or what it is sent. */
  tamper(change: (bytes: Buffer) => Buffer, direction?: 'sent' | 'received'): void;
  /** Theirs hears nothing any more, and so does not answer. */
  deafen(): void;
}

export interface TappedOptions extends TlsTimeouts {
  role: Role;
  way?: Way;
  version?: SecureVersion;
}

/** A TLS connection between a stream of ours, which has this role, and a tapped socket of the host's. */
export async function withTapped(
  options: TappedOptions,
  body: (tapped: Tapped) => Promise<unknown>,
): Promise<void> {
  const { role, way = 'direct', version = 'TLSv1.3', ...timeouts } = options;
  const ours = { sslHandshakeTimeout: timeouts.sslHandshakeTimeout, ...timeouts };
  if (role === 'server') await serving(way, version, ours, body);
  else await connecting(way, version, ours, body);
}

async function serving(
  way: Way,
  version: SecureVersion,
  timeouts: TlsTimeouts,
  body: (tapped: Tapped) => Promise<unknown>,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  const their = { tap: undefined as Tap | undefined, secure: undefined as Promise<unknown> | undefined };
  const server = await startServer(
    async (reader, writer) => {
      try {
        if (way === 'startTls') await writer.startTls(serverContext(), timeouts);
        const { tap } = their as { tap: Tap };
        await interruptible(their.secure as Promise<unknown>);
        await body({ reader, writer, ...tap });
      } catch (error) {
        failure = { error };
      } finally {
        writer.transport.abort();
      }
    },
    '127.0.0.1',
    0,
    way === 'direct' ? { ssl: serverContext(), ...timeouts } : {},
  );
  const raw = connectTcp({ port: server.port as number, host: '127.0.0.1', allowHalfOpen: true });
  const tap = tapOf(raw, (duplex) =>
    connectTls({
      socket: duplex,
      ca: readFileSync(certificateFile('ca')),
      servername: 'localhost',
      minVersion: version,
      maxVersion: version,
    }),
  );
  their.tap = tap;
  their.secure = once(tap.tls, 'secureConnect');
  await interruptible(their.secure);
  server.close();
  await server.waitClosed();
  tap.tls.destroy();
  raw.destroy();
  if (failure !== undefined) throw failure.error;
}

async function connecting(
  way: Way,
  version: SecureVersion,
  timeouts: TlsTimeouts,
  body: (tapped: Tapped) => Promise<unknown>,
): Promise<void> {
  let handOver: (tap: Tap) => void;
  const tapped = interruptible(new Promise<Tap>((resolve) => (handOver = resolve)));
  const server = await hostServerOf((tap) => handOver(tap), version);
  const tls = { ssl: clientContext(), serverHostname: 'localhost', ...timeouts };
  const [reader, writer] = await openConnection('127.0.0.1', server.port, way === 'direct' ? tls : {});
  try {
    const { ssl, ...rest } = tls;
    if (way === 'startTls') await writer.startTls(ssl, rest);
    await body({ reader, writer, ...(await tapped) });
  } finally {
    writer.transport.abort();
    await tapped;
    await server.close();
  }
}

/** A TLS server of the host's: `serve` is called with each connection once its handshake is over. */
export async function hostServerOf(
  serve: (tap: Tap) => void,
  version: SecureVersion = 'TLSv1.3',
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer({ allowHalfOpen: true });
  const taps: Tap[] = [];
  server.on('connection', (raw) => {
    const versions = { minVersion: version, maxVersion: version };
    const tap = tapOf(
      raw,
      (duplex) => new TLSSocket(duplex, { isServer: true, ...pem('server'), ...versions }),
    );
    taps.push(tap);
    tap.tls.once('secure', () => serve(tap));
  });
  server.listen(0, '127.0.0.1');
  await interruptible(once(server, 'listening'));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const { tls, raw } of taps) {
        tls.destroy();
        raw.destroy();
      }
      server.close();
      await interruptible(once(server, 'close'));
    },
  };
}

export type Tap = Pick<Tapped, 'tls' | 'raw' | 'tamper' | 'deafen'>;

function tapOf(raw: Socket, wrap: (duplex: Duplex) => TLSSocket): Tap {
  const changes: Partial<Record<'sent' | 'received', (bytes: Buffer) => Buffer>> = {};
  const duplex = new Duplex({
    allowHalfOpen: true,
    read: () => void raw.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (raw.destroyed) return done();
      raw.write(changes.sent?.(chunk) ?? chunk, () => done());
    },
    destroy: (_error, done) => done(null),
  });
  raw.on('error', () => {});
  let deaf = false;
  raw.on('data', (chunk: Buffer) => {
    if (deaf) return;
    if (!duplex.push(changes.received?.(chunk) ?? chunk)) raw.pause();
  });
  raw.on('end', () => deaf || duplex.push(null));
  const tls = wrap(duplex);
  tls.on('error', () => {});
  return {
    tls,
    raw,
    tamper: (change, direction = 'sent') => void (changes[direction] = change),
    deafen: () => void (deaf = true),
  };
}

/** The same with its last byte changed. */
export function spoilt(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
  return changed;
}

/** A record of this type that holds nothing anybody could decrypt. */
export function badRecord(type: number = 23, length: number = 32): Buffer {
  return Buffer.concat([Buffer.from([type, 3, 3, length >> 8, length & 255]), Buffer.alloc(length, 'G')]);
}
