// The transport of a TLS connection, on both backends: the host's TLS socket, whose bytes go the way of the
// host's plain ones (host/hostStreamTransport.ts), with a handshake before them and a good-bye after them.
// Semantics: asyncio's SSLProtocol and its transport.
//
// 1. `connectionMade` and the waiter come when the handshake is over. When it fails the waiter has the error,
//    and a protocol that has not been told of the connection never hears of it; one that had it in the plain
//    (startTls) gets `connectionLost`.
// 2. `close` writes what is buffered, says the end of TLS, and waits for the other side to say its own; all of
//    that within the shutdown timeout. What still comes in is dropped.
// 3. The other side's end, said or not, ends the connection: one half alone can't be ended.
// 4. `connectionLost` comes when what is below TLS is gone as well.

import { TimeoutError } from '../../base/errors.ts';
import type { Future } from '../../core/future.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { peerVerifyError, releaseErrors } from '../../sys/hostTls.ts';
import type { NodeTlsSocket } from '../../sys/hostTls.ts';
import type { StreamSocket, StreamTransportOptions } from '../backend.ts';
import { checkBytes } from '../byteArguments.ts';
import { HostStreamSocket } from '../host/hostStreamSocket.ts';
import { HostStreamTransport } from '../host/hostStreamTransport.ts';
import { tlsInfo } from '../host/tlsInfo.ts';
import { networkBackend } from '../networkBackend.ts';
import { Protocol } from '../protocol.ts';
import { Transport } from '../transport.ts';
import type { SocketAddress } from '../transport.ts';
import { pauseBelow, pausesBelow } from './pauseBelow.ts';
import { connectionReset, fromTlsError, handshakeTimedOut } from './sslErrors.ts';
import type { TlsRequest } from './tlsRequest.ts';
import { TransportUnderlay } from './transportUnderlay.ts';
import { socketUnderlay } from './underlay.ts';
import type { Underlay } from './underlay.ts';

export { normalizeTls } from './tlsRequest.ts';
export type { TlsRequest } from './tlsRequest.ts';

// asyncio's figure for TLS.
const WRITE_HIGH: number = 512 * 1024;
// What is asked of the host while it knows it: a socket that is gone does not.
const KEPT = ['peercert', 'cipher', 'alpnProtocol', 'tlsVersion'] as const;

/** Puts TLS over a connected socket or a transport: `protocol` is handed the plain bytes.
 * The waiter has the handshake's result. */
export function tlsTransport(
  loop: Loop,
  socket: StreamSocket | Transport,
  protocol: object,
  tls: TlsRequest,
  options: StreamTransportOptions,
): Transport {
  return overTls(loop, underlay(loop, socket), protocol, tls, options);
}

/** `upgraded`: the protocol had the connection in the plain before. What is below is given up when the transport
 * can't be made. */
export function overTls(
  loop: Loop,
  below: Underlay,
  protocol: object,
  tls: TlsRequest,
  options: StreamTransportOptions,
  upgraded: boolean = false,
): TlsTransport {
  const wrapping = wrapped(below, tls);
  const socket = new HostStreamSocket(loop, wrapping, addresses(below));
  try {
    return new TlsTransport(loop, below, socket, wrapping, protocol, tls, options, upgraded);
  } catch (error) {
    socket.close();
    below.abort();
    throw error;
  }
}

function underlay(loop: Loop, socket: StreamSocket | Transport): Underlay {
  if (!(socket instanceof Transport) && !pausesBelow()) return socketUnderlay(socket);
  const plain =
    socket instanceof Transport
      ? socket
      : networkBackend(loop).streamTransport(loop, socket, new Protocol(), {});
  plain.pauseReading();
  return new TransportUnderlay(loop, plain);
}

export class TlsTransport extends HostStreamTransport {
  readonly #tls: TlsRequest;
  readonly #below: Underlay;
  readonly #socket: NodeTlsSocket;
  readonly #kept: Map<string, unknown> = new Map();
  /** Whether the protocol knows of the connection. */
  #known: boolean;
  /** The host has the handshake behind it; then the loop too. */
  #shaken: boolean = false;
  #secure: boolean = false;
  #gone: boolean = false;
  #waiter: Future<void> | undefined;
  #timer: TimerHandle | undefined;

  /** Made by {@link overTls}. */
  constructor(
    loop: Loop,
    below: Underlay,
    taken: HostStreamSocket,
    socket: NodeTlsSocket,
    protocol: object,
    tls: TlsRequest,
    options: StreamTransportOptions,
    upgraded: boolean,
  ) {
    super(loop, taken, protocol, {
      server: options.server,
      extra: { ...addresses(below), sslContext: tls.sslContext, ...options.extra },
    });
    this.#tls = tls;
    this.#below = below;
    this.#socket = socket;
    this.#known = upgraded;
    this.#waiter = options.waiter;
    this.setWriteBufferLimits({ high: WRITE_HIGH });
    this.#timer = loop.callLater(tls.handshakeTimeout, () => this.#handshakeTimedOut());
    socket.once(tls.serverSide ? 'secure' : 'secureConnect', this.#handshakeDone);
    below.onLost = (error) => this.#belowLost(error);
    const { failure } = below;
    if (failure !== undefined) loop.callSoon(() => this._hostError(failure.error));
    // From the start: only who reads is told that the other side went away in the handshake. What comes right
    // behind the handshake is handed over behind `connectionMade`.
    this._start();
  }

  override getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    const kept = this.#kept.get(name) ?? super.getExtraInfo(name) ?? this.#below.getExtraInfo(name);
    return (kept as T | undefined) ?? fallback;
  }

  override write(data: Uint8Array): void {
    if (this.#saysGoodBye()) checkBytes(data, 'data');
    else super.write(data);
  }

  override writelines(pieces: Iterable<Uint8Array>): void {
    if (this.#saysGoodBye()) for (const piece of pieces) checkBytes(piece, 'data');
    else super.writelines(pieces);
  }

  // Nothing can follow the end of TLS: what is written from `close` on is dropped.
  #saysGoodBye(): boolean {
    return this._closing && this._lost === 0;
  }

  override canWriteEof(): boolean {
    return false;
  }

  override close(): void {
    if (this._closing) return;
    if (!this.#secure || this.#gone) return this.abort();
    this.#timer = this._loop.callLater(this.#tls.shutdownTimeout, () => this.#shutdownTimedOut());
    super.close();
    // The other side's end stands behind what it sent before, which nobody wants any more.
    if (this._lost === 0) this._host.resume();
  }

  /** Nothing begins before the handshake is over. @internal */
  override _begin(_options: StreamTransportOptions): void {}

  /** Everything is written: the end of TLS follows, and the host closes when the other side has said its own.
   * @internal */
  override _finish(_fromLoop: boolean): void {
    if (this._lost === 0) this._host.end();
  }

  /** @internal */
  override _hostError(error: unknown): void {
    if (this._lost > 0) return;
    if (this.#shaken) return super._hostError(fromTlsError(error, 'TLS connection'));
    this._forceClose(fromTlsError(error, 'TLS handshake'));
  }

  /** @internal */
  override _hostEnd(): void {
    if (this.#shaken) return super._hostEnd();
    // The host may have a better error to tell, right behind the end.
    this.#timer?.cancel();
    this.#timer = this._loop.callLater(1, () => this._forceClose(connectionReset('TLS handshake')));
  }

  /** @internal */
  override _hostClosed(): void {
    this.#gone = true;
    if (this._lost > 0) return;
    if (this.#shaken) super._hostClosed();
    else this._forceClose(connectionReset('TLS handshake'));
  }

  /** @internal */
  override _forceClose(error: unknown): void {
    if (this._lost > 0) return;
    super._forceClose(error);
    // What closed by itself may have something left to send below, within the timeout; what is given up has not.
    if (!this.#gone) this.#below.abort();
    if (!this.#gone || !this.#secure) this.#timer?.cancel();
    this.#tellWaiter(error ?? connectionReset('TLS handshake'));
  }

  /** @internal */
  override _scheduleLoss(error: unknown): void {
    this._lost++;
    this.#below.whenClosed(() => {
      if (!this._loop.isClosed()) super._scheduleLoss(error);
    });
  }

  /** @internal */
  override _lose(error: unknown): void {
    this.#timer?.cancel();
    this.#socket.off('secure', this.#handshakeDone).off('secureConnect', this.#handshakeDone);
    if (!this.#known) this._protocol = undefined;
    super._lose(error);
  }

  // The host tells in the middle of its work: what follows is the loop's.
  readonly #handshakeDone = (): void => {
    this.#shaken = true;
    releaseErrors(this.#socket);
    if (this._loop.isClosed()) return;
    this._context.run(() => void this._loop.callSoon(() => this.#becomeSecure()));
  };

  #becomeSecure(): void {
    if (this._lost > 0) return;
    const refused = this.#refusedCertificate();
    if (refused !== undefined) return this._forceClose(fromTlsError(refused, 'TLS handshake'));
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#secure = true;
    for (const name of KEPT) this.#kept.set(name, tlsInfo(this._host, name));
    // Who upgraded does not have this transport yet: `startTls` resumes when they do.
    if (this.#known) this.pauseReading();
    else {
      this.#known = true;
      try {
        (this._protocol as { connectionMade(transport: Transport): void }).connectionMade(this);
      } catch (error) {
        return this._fail(error, 'Fatal error: protocol.connectionMade() call failed.');
      }
    }
    this.#tellWaiter(undefined);
  }

  // The host leaves it to the server to ask what it found out about the client's certificate.
  #refusedCertificate(): Error | undefined {
    const { clientCertificate: demanded } = this.#tls;
    if (demanded === 'none') return undefined;
    if (demanded === 'optional' && tlsInfo(this._host, 'peercert') === undefined) return undefined;
    return peerVerifyError(this.#socket);
  }

  #tellWaiter(error: unknown): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined || waiter.done()) return;
    if (error === undefined) waiter.setResult();
    else waiter.setException(error);
  }

  // While it is closing nobody waits for what the host may still have: connectionLost comes before a server
  // learns that its connection is gone.
  #belowLost(error: unknown): void {
    if (this._lost > 0 || !this._closing) return;
    this.#gone = true;
    this._forceClose(error);
  }

  #handshakeTimedOut(): void {
    if (!this.#secure) this._forceClose(handshakeTimedOut(this.#tls.handshakeTimeout));
  }

  #shutdownTimedOut(): void {
    this._forceClose(new TimeoutError(`the TLS shutdown took longer than ${this.#tls.shutdownTimeout} ms`));
    // Already on its way out, with what is below still busy.
    this.#below.abort();
  }
}

function wrapped(below: Underlay, tls: TlsRequest): NodeTlsSocket {
  try {
    const socket = tls.wrap(below.stream);
    if (below instanceof TransportUnderlay && pausesBelow()) pauseBelow(socket, below);
    return socket;
  } catch (error) {
    below.abort();
    throw fromTlsError(error, 'TLS handshake');
  }
}

function addresses(below: Underlay): { sockname: SocketAddress; peername: SocketAddress } {
  const of = (name: string): SocketAddress => (below.getExtraInfo(name) as SocketAddress | undefined) ?? '';
  return { sockname: of('sockname'), peername: of('peername') };
}
