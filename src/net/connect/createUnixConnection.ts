// createUnixConnection: to a Unix socket by its path, or with a connected one.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import type { StreamSocket } from '../backend.ts';
import { connectTransport } from './connectTransport.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { networkBackend } from '../networkBackend.ts';
import { checkFactory } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import { clientTls } from '../tls/tlsArguments.ts';
import type { ClientTlsOptions } from '../tls/tlsArguments.ts';
import type { Transport } from '../../transport/transport.ts';
import { checkUnixSocket } from '../address/unixSocketArgument.ts';
import { toUnixAddress } from '../address/unixPath.ts';
import type { UnixPath } from '../address/unixPath.ts';

/** Options of {@link EventLoop.createUnixConnection}.
 * @example
 * ```ts
 * import { type CreateUnixConnectionOptions } from 'asyncio-ts';
 * const options: CreateUnixConnectionOptions = { ssl: true, serverHostname: '' };
 * console.log(options.serverHostname); // ->
 * ```
 */
export interface CreateUnixConnectionOptions extends ClientTlsOptions {
  /** A connected Unix stream socket, in place of the path; it belongs to the transport then. */
  sock?: unknown;
}

/** What {@link EventLoop.createUnixConnection} does. */
export async function createUnixConnection<P extends object>(
  loop: Loop,
  factory: ProtocolFactory<P>,
  path?: UnixPath | null,
  options: CreateUnixConnectionOptions = {},
): Promise<[Transport, P]> {
  checkFactory(factory);
  const tls = clientTls(options, undefined);
  try {
    const socket = await connectedSocket(loop, path ?? undefined, options.sock ?? undefined);
    return await connectTransport(loop, socket, factory, tls);
  } catch (error) {
    throw thrownTo(error, createUnixConnection);
  }
}

async function connectedSocket(
  loop: Loop,
  path: UnixPath | undefined,
  sock: unknown,
): Promise<StreamSocket> {
  if (path === undefined) {
    if (sock === undefined) {
      throw new InvalidArgumentError('path', 'createUnixConnection needs a path, or sock');
    }
    checkUnixSocket(sock);
    return networkBackend(loop).takeOverStream(loop, sock);
  }
  if (sock !== undefined) {
    throw new InvalidArgumentError('sock', 'path and sock cannot be given together');
  }
  return await networkBackend(loop).connect(loop, toUnixAddress(path, 'connect'));
}
