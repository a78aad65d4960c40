// createConnection: from host and port, or a connected socket, to a transport with its protocol.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import type { StreamSocket } from '../backend.ts';
import { connectTransport } from './connectTransport.ts';
import { connectAny, interleave } from './happyEyeballs.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { lookUp } from '../address/resolveHost.ts';
import type { AddressFamily } from '../address/resolveHost.ts';
import { networkBackend } from '../networkBackend.ts';
import { checkFactory } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import { clientTls } from '../tls/tlsArguments.ts';
import type { ClientTlsOptions } from '../tls/tlsArguments.ts';
import type { Transport } from '../../transport/transport.ts';

/** Options of {@link EventLoop.createConnection}.
 * @example
 * ```ts
 * import { type CreateConnectionOptions } from 'asyncio-ts';
 * const options: CreateConnectionOptions = { happyEyeballsDelay: 250, family: 4 };
 * console.log(options.family); // -> 4
 * ```
 */
export interface CreateConnectionOptions extends ClientTlsOptions {
  /** Only addresses of this version of IP, 4 or 6; 0, the default, for both. */
  family?: AddressFamily | undefined;
  /** The address to connect from: host and port; the system's choice by default. */
  localAddr?: readonly [host: string | null, port: number | string | null] | undefined;
  /** A connected stream socket, in place of host and port; it belongs to the transport then. */
  sock?: unknown;
  /** Milliseconds after which the next address is tried beside the one that has not answered (Happy Eyeballs,
   * RFC 8305, which recommends 250). Without it addresses are tried one after the other. */
  happyEyeballsDelay?: Duration | undefined;
  /** Alternates the families of the addresses; the number says how many of the first family come first. 1 by
   * default with `happyEyeballsDelay`, else 0: the order of the look-up. */
  interleave?: number | undefined;
  /** Throws an ExceptionGroup of all errors when no address could be connected to; false by default. */
  allErrors?: boolean | undefined;
}

/** What {@link EventLoop.createConnection} does. */
export async function createConnection<P extends object>(
  loop: Loop,
  factory: ProtocolFactory<P>,
  host?: string | null,
  port?: number | string | null,
  options: CreateConnectionOptions = {},
): Promise<[Transport, P]> {
  checkFactory(factory);
  const tls = clientTls(options, host ?? undefined);
  try {
    const socket = await connectedSocket(loop, host ?? undefined, port ?? undefined, options);
    return await connectTransport(loop, socket, factory, tls);
  } catch (error) {
    throw thrownTo(error, createConnection);
  }
}

async function connectedSocket(
  loop: Loop,
  host: string | undefined,
  port: number | string | undefined,
  options: CreateConnectionOptions,
): Promise<StreamSocket> {
  const { sock, happyEyeballsDelay: delay } = options;
  if (host === undefined && port === undefined) {
    if (sock === undefined || sock === null) {
      throw new InvalidArgumentError('host', 'createConnection needs host and port, or sock');
    }
    return networkBackend(loop).takeOverStream(loop, sock);
  }
  if (sock !== undefined && sock !== null) {
    throw new InvalidArgumentError('sock', 'host and port cannot be given together with sock');
  }
  if (delay !== undefined) toMilliseconds(delay, 'happyEyeballsDelay');
  const firstCount = options.interleave ?? (delay === undefined ? 0 : 1);
  if (!Number.isInteger(firstCount) || firstCount < 0) {
    throw new InvalidArgumentError('interleave', `interleave must be a whole number from 0 on`);
  }
  const { family } = options;
  const addresses = await lookUp(loop, host, port, { family });
  const locals = options.localAddr && (await lookUp(loop, ...options.localAddr, { family }));
  return await connectAny(loop, {
    addresses: firstCount > 0 ? interleave(addresses, firstCount) : addresses,
    locals,
    delay,
    allErrors: options.allErrors === true,
  });
}
