// connectAcceptedSocket: a transport for a connection that was accepted outside of the library.

import type { Loop } from '../../loop/loop.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { connectTransport } from './connectTransport.ts';
import { networkBackend } from '../networkBackend.ts';
import { checkFactory } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import { serverTls } from '../tls/tlsArguments.ts';
import type { ServerTlsOptions } from '../tls/tlsArguments.ts';
import type { Transport } from '../../transport/transport.ts';

/** What {@link EventLoop.connectAcceptedSocket} does. */
export async function connectAcceptedSocket<P extends object>(
  loop: Loop,
  factory: ProtocolFactory<P>,
  sock: unknown,
  options: ServerTlsOptions = {},
): Promise<[Transport, P]> {
  checkFactory(factory);
  const tls = serverTls(options);
  try {
    return await connectTransport(loop, networkBackend(loop).takeOverStream(loop, sock), factory, tls);
  } catch (error) {
    throw thrownTo(error, connectAcceptedSocket);
  }
}
