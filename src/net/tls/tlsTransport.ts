// The transport of a TLS connection, on both backends: the host's TLS socket, whose bytes go the way of the
// host's plain ones (host/streamTransport.ts), with a handshake before them and a good-bye after them.
// Semantics: asyncio's SSLProtocol and its transport.
//
// 1. `connectionMade` and the waiter come when the handshake is over. When it fails the waiter has the error,
//    and a protocol that has not been told of the connection never hears of it; one that had it in the plain
//    (startTls) gets `connectionLost`.
// 2. `close` writes what is buffered, says the end of TLS, and waits for the other side to say its own
//    (goodBye.ts). What is written from then on is dropped, and whoever drains is told.
// 3. The other side's end ends the connection: one half alone can't be ended. An end without close_notify is
//    an SSLEOFError, unless the request suppresses it.
// 4. `connectionLost` comes when what is below TLS is gone as well.

import type { Future } from '../../core/future/future.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { noteCut, releaseErrors, wasCut } from '../../sys/host/tls.ts';
import type { NodeTlsSocket } from '../../sys/host/tls.ts';
import type { StreamSocket, StreamTransportOptions } from '../backend.ts';
import { listenToData } from '../host/events.ts';
import { HostStreamSocket } from '../host/streamSocket.ts';
import { HostStreamTransport } from '../host/streamTransport.ts';
import { keptTlsInfo } from '../host/tlsInfo.ts';
import type { Parting, StreamsOwn } from '../../transport/contract.ts';
import type { Transport } from '../../transport/transport.ts';
import { GoodBye } from './goodBye.ts';
import type { Parted } from './goodBye.ts';
import { addressesOf, openUnderlay, putTls } from './openUnderlay.ts';
import { connectionReset, cutShort, fromTlsError, handshakeTimedOut } from './sslErrors.ts';
import { refusedCertificate } from './tlsRequest.ts';
import type { TlsRequest } from './tlsRequest.ts';
import type { Underlay } from './underlay.ts';

export type { TlsRequest } from './tlsRequest.ts';

// asyncio's figure for TLS.
const WRITE_HIGH: number = 512 * 1024;

/** Puts TLS over a connected socket or a transport: `protocol` is handed the plain bytes.
 * The waiter has the handshake's result. */
export function tlsTransport(
  loop: Loop,
  socket: StreamSocket | Transport,
  protocol: object,
  tls: TlsRequest,
  options: StreamTransportOptions,
): Transport {
  return overTls(loop, openUnderlay(loop, socket), protocol, tls, options);
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
  const wrapping = putTls(below, tls);
  const socket = new HostStreamSocket(loop, wrapping, addressesOf(below));
  try {
    return new TlsTransport(loop, below, socket, wrapping, protocol, tls, options, upgraded);
  } catch (error) {
    socket.close();
    below.abort();
    throw error;
  }
}

export class TlsTransport extends HostStreamTransport implements Parting, Parted {
  readonly #tls: TlsRequest;
  readonly #below: Underlay;
  readonly #socket: NodeTlsSocket;
  #kept: ReadonlyMap<string, unknown> = new Map();
  /** Whether the protocol knows of the connection. */
  #known: boolean;
  /** The host has finished the handshake; then the loop has. */
  #shaken: boolean = false;
  #secure: boolean = false;
  #gone: boolean = false;
  #waiter: Future<void> | undefined;
  #timer: TimerHandle | undefined;
  readonly #goodBye: GoodBye;
  /** The other side's end came without the end of TLS (close_notify). */
  #cut: unknown = undefined;
  #ended: boolean = false;

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
      startTls: options.startTls,
      begins: false,
      extra: { ...addressesOf(below), sslContext: tls.sslContext, ...options.extra },
    });
    this.#tls = tls;
    this.#below = below;
    this.#socket = socket;
    this.#known = upgraded;
    this.#waiter = options.waiter;
    this.#goodBye = new GoodBye(loop, this, below, tls.shutdownTimeout);
    this.setWriteBufferLimits({ high: WRITE_HIGH });
    if (!tls.suppressRaggedEofs) noteCut(socket, below.stream);
    this.#timer = loop.callLater(tls.handshakeTimeout, () => {
      this.lose(handshakeTimedOut(tls.handshakeTimeout));
    });
    socket.once(tls.serverSide ? 'secure' : 'secureConnect', this.#handshakeDone);
    below.onLost = (error) => this.#belowLost(error);
    const { failure } = below;
    if (failure !== undefined) loop.callSoon(() => this.hostError(failure.error));
    // From the start: only a reader is told that the other side went away in the handshake. What comes right
    // behind the handshake is handed over behind `connectionMade`.
    this.start();
  }

  override getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    const kept = this.#kept.get(name) ?? super.getExtraInfo(name) ?? this.#below.getExtraInfo(name);
    return (kept as T | undefined) ?? fallback;
  }

  // Nothing can follow the end of TLS: what is written from `close` on is dropped.
  override write(data: Uint8Array): void {
    if (this.life.closing) this.#goodBye.drop(data);
    if (!this.life.closing || this.life.lost) super.write(data);
  }

  override writelines(chunks: Iterable<Uint8Array>): void {
    const list = this.life.closing ? [...chunks] : chunks;
    if (this.life.closing) for (const chunk of list) this.#goodBye.drop(chunk);
    if (!this.life.closing || this.life.lost) super.writelines(list);
  }

  /** @internal */
  writeFailure(): unknown {
    return this.#goodBye.writeFailure(this.#ended);
  }

  /** Closing needs no answer from the other side. @internal */
  needNoAnswer(): void {
    this.#goodBye.needNoAnswer();
  }

  override canWriteEof(): boolean {
    return false;
  }

  override close(): void {
    if (this.life.closing) return;
    if (!this.#secure || this.#gone) return this.abort();
    this.#goodBye.begin();
    super.close();
    if (this.life.lost) return;
    // The other side's end stands behind what it sent before, which nobody wants any more.
    listenToData(this.host);
    this.host.resume();
  }

  /** A protocol must not take an end without close_notify for the end of the data. @internal */
  override handEnd(): boolean {
    if (this.#cut === undefined) super.handEnd();
    else (this.life.protocol as Partial<StreamsOwn> | undefined)?.cutShort?.(this.#cut);
    return false;
  }

  /** Everything is written: the end of TLS follows, and the host closes when the other side has said its own.
   * @internal */
  override finish(_fromLoop: boolean): void {
    if (!this.life.lost) this.host.end(this.#saidEnd);
  }

  /** @internal */
  override hostData(chunk: Buffer): void {
    if (this.life.closing) this.#goodBye.heard(chunk.byteLength);
    else super.hostData(chunk);
  }

  /** @internal */
  override hostError(error: unknown): void {
    if (this.life.lost) return;
    if (this.#goodBye.contented) return this.lose(undefined);
    if (this.#shaken) return super.hostError(fromTlsError(error, 'TLS connection'));
    this.lose(fromTlsError(error, 'TLS handshake'));
  }

  /** @internal */
  override hostEnd(): void {
    if (this.life.closing) return;
    if (this.#shaken) {
      this.#ended = true;
      if (wasCut(this.#socket)) this.#cut = cutShort();
      return super.hostEnd();
    }
    // The host may have a better error to tell, right behind the end.
    this.#timer?.cancel();
    this.#timer = this.life.loop.callLater(1, () => this.lose(connectionReset('TLS handshake')));
  }

  /** @internal */
  override hostClosed(): void {
    this.#gone = true;
    if (this.life.lost) return;
    if (this.#shaken && !this.#ended && !this.life.closing && !this.#tls.suppressRaggedEofs)
      this.#cut = cutShort();
    if (this.#shaken) super.hostClosed();
    else this.lose(connectionReset('TLS handshake'));
  }

  /** @internal */
  override lose(error: unknown): void {
    if (this.life.lost) return;
    super.lose(error);
    // What closed by itself may have something left to send below, within the timeout; what is given up has not.
    if (!this.#gone) this.#below.abort();
    this.#timer?.cancel();
    this.#tellWaiter(error ?? connectionReset('TLS handshake'));
  }

  /** @internal */
  override scheduleEnd(error: unknown): void {
    this.#below.whenClosed(() => super.scheduleEnd(error));
  }

  /** @internal */
  override beforeLoss(error: unknown): unknown {
    this.#timer?.cancel();
    this.#goodBye.over();
    this.#socket.off('secure', this.#handshakeDone).off('secureConnect', this.#handshakeDone);
    if (!this.#known) this.life.protocol = undefined;
    return super.beforeLoss(error ?? this.#cut ?? (this.#ended ? this.writeFailure() : undefined));
  }

  // The host calls in the middle of its work: what follows is the loop's.
  readonly #handshakeDone = (): void => {
    this.#shaken = true;
    releaseErrors(this.#socket);
    if (this.life.loop.isClosed()) return;
    this.life.callSoon(() => this.#becomeSecure());
  };

  #becomeSecure(): void {
    if (this.life.lost) return;
    const refused = refusedCertificate(this.#tls, this.#socket);
    if (refused !== undefined) return this.lose(fromTlsError(refused, 'TLS handshake'));
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#secure = true;
    this.#kept = keptTlsInfo(this.host);
    // Who upgraded does not have this transport yet: `startTls` resumes when they do.
    if (this.#known) this.pauseReading();
    else {
      this.#known = true;
      try {
        this.life.protocol?.connectionMade(this);
      } catch (error) {
        return this.fail(error, 'Fatal error: protocol.connectionMade() call failed.');
      }
    }
    this.#tellWaiter(undefined);
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
    if (this.life.lost || !this.life.closing) return;
    this.#gone = true;
    this.lose(error);
  }

  readonly #saidEnd = (error?: Error | null): void => {
    if (error === undefined || error === null) this.#goodBye.said();
  };

  /** @internal */
  _giveUp(error: unknown): void {
    this.lose(error);
    // Already on its way out, with what is below still busy.
    this.#below.abort();
  }
}
