// startTls: TLS over a connection that was plain until now. Semantics: asyncio's loop.start_tls.

import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from '../../transport/tls.ts';
import { Transport } from '../../transport/transport.ts';
import { normalizeTls } from './tlsRequest.ts';
import { overTls } from './tlsTransport.ts';
import { TransportUnderlay } from './transportUnderlay.ts';

/** A protocol that may hold bytes which its reader has not taken yet. */
interface Holding {
  /** Gives them up. @internal */
  _takeUnread?(): Uint8Array | undefined;
}

/** Puts TLS over the connection of `transport`, and resolves after the handshake to the transport that
 * `protocol` must use from now on; the old one must not be touched any more. What was written before goes out
 * before, in the plain; what a stream reader of a server's has not read is taken for the beginning of TLS.
 * `context` is an SSLContext, options of node:tls, or its SecureContext.
 *
 * Cancelling gives the connection up; so does a failed handshake. The protocol then gets `connectionLost`.
 * Semantics: asyncio's loop.start_tls.
 * @throws InvalidArgumentError for what is no context, and for a transport that can't carry TLS
 * @throws SSLError, SSLCertVerificationError when the handshake fails; ConnectionAbortedError when it takes
 * longer than the timeout; ConnectionResetError when the other side goes away
 * @example
 * ```ts
 * import { createDefaultContext, getRunningLoop, InvalidArgumentError, Protocol, run } from 'asyncio-ts';
 * await run(async () => {
 *   const nothing = undefined as never;
 *   try { await getRunningLoop().startTls(nothing, new Protocol(), createDefaultContext()); } catch (error) {
 *     console.log(error instanceof InvalidArgumentError); // -> true
 *   }
 * });
 * ```
 */
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
  const early = serverSide ? (protocol as Holding)._takeUnread?.() : undefined;
  const waiter = new Future<void>({ loop });
  const owed = (): void => (protocol as BaseProtocol).resumeWriting();
  const below = new TransportUnderlay(loop, transport, early, owed);
  const upgraded = overTls(loop, below, protocol, tls, { waiter, startTls }, true);
  try {
    await waiter;
  } catch (error) {
    upgraded.abort();
    throw error;
  }
  upgraded.resumeReading();
  return upgraded;
}
