// startTls: TLS over a connection that was plain until now. Semantics: asyncio's loop.start_tls.

import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { StreamsOwn } from '../../transport/contract.ts';
import { begun } from '../../transport/lifeCycle.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from '../../transport/tls.ts';
import { Transport } from '../../transport/transport.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { normalizeTls } from './tlsRequest.ts';
import { overTls } from './tlsTransport.ts';
import { TransportUnderlay } from './transportUnderlay.ts';

/** What {@link EventLoop.startTls} does. */
export async function startTls(
  loop: Loop,
  transport: Transport,
  protocol: object,
  context: ClientTlsContext | ServerTlsContext,
  options: StartTlsOptions = {},
): Promise<Transport> {
  if (typeof context !== 'object' || context === null) {
    throw new InvalidArgumentError('context', `startTls needs an SSLContext, not ${String(context)}`);
  }
  if (!(transport instanceof Transport)) {
    throw new InvalidArgumentError('transport', 'startTls needs the transport of a stream connection');
  }
  checkProtocol(protocol);
  const { serverSide = false } = options;
  const tls = normalizeTls(context, {
    serverSide,
    serverHostname: options.serverHostname,
    handshakeTimeout: options.sslHandshakeTimeout,
    shutdownTimeout: options.sslShutdownTimeout,
    suppressRaggedEofs: options.sslSuppressRaggedEofs,
  });
  if (transport.isClosing()) throw new UsageError('startTls needs an open transport: this one is closing');
  transport.pauseReading();
  const early = serverSide ? (protocol as Partial<StreamsOwn>).takeUnread?.() : undefined;
  const waiter = new Future<void>({ loop });
  const owed = (): void => (protocol as BaseProtocol).resumeWriting();
  const below = new TransportUnderlay(loop, transport, early, owed);
  const upgraded = overTls(loop, below, protocol, tls, { waiter, startTls }, true);
  try {
    await begun(upgraded, waiter, () => upgraded.abort());
  } catch (error) {
    throw thrownTo(error, startTls);
  }
  upgraded.resumeReading();
  return upgraded;
}
