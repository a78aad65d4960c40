// The transport of a TLS connection, on both backends: the host's TLS socket, whose bytes go the way of the
// host's plain ones (host/input.ts, host/output.ts), with a handshake before them (handshake.ts) and a good-bye after
// them (goodBye.ts).
// Semantics: asyncio's SSLProtocol and its transport.
//
// 1. `connectionMade` and the waiter come when the handshake is over. When it fails the waiter has the error,
//    and a protocol that has not been told of the connection never hears of it; one that had it in the plain
//    (startTls) gets `connectionLost`.
// 2. `close` writes what is buffered, says the end of TLS, and waits for the other side to say its own
//    What is written from then on is dropped, and whoever drains is told.
// 3. The other side's end ends the connection: one half alone can't be ended. An end without close_notify is
//    an SSLEOFError, unless the request suppresses it.
// 4. `connectionLost` comes when what is below TLS is gone as well.

import { UnsupportedError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { noteCut, wasCut } from '../../sys/host/tls.ts';
import type { NodeTlsSocket } from '../../sys/host/tls.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import type { Parting, StreamsOwn } from '../../transport/contract.ts';
import { fatalCall } from '../../transport/protocolFailure.ts';
import type { Transport } from '../../transport/transport.ts';
import type { StreamSocket, StreamTransportOptions } from '../backend.ts';
import { listenToData } from '../host/events.ts';
import { HostStreamSocket } from '../host/streamSocket.ts';
import { keptTlsInfo } from '../host/tlsInfo.ts';
import { HostTransport } from '../host/transport.ts';
import { GoodBye } from './goodBye.ts';
import type { Parted } from './goodBye.ts';
import { Handshake } from './handshake.ts';
import type { Shaking } from './handshake.ts';
import { addressesOf, openUnderlay, putTls } from './openUnderlay.ts';
import { cutShort, fromTlsError } from './sslErrors.ts';
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
    return new TlsTransport(loop, { below, socket, wrapping, upgraded }, protocol, tls, options);
  } catch (error) {
    socket.close();
    below.abort();
    throw error;
  }
}

/** What a TLS connection is made over. */
interface Wrapped {
  readonly below: Underlay;
  readonly socket: HostStreamSocket;
  readonly wrapping: NodeTlsSocket;
  readonly upgraded: boolean;
}

export class TlsTransport extends HostTransport implements Shaking, Parted, Parting {
  readonly #socket: NodeTlsSocket;
  readonly #below: Underlay;
  readonly #handshake: Handshake;
  readonly #goodBye: GoodBye;
  readonly #suppressRaggedEofs: boolean;
  #kept: ReadonlyMap<string, unknown> = new Map();
  /** Whether the protocol knows of the connection. */
  #known: boolean;
  #gone: boolean = false;
  /** The other side's end came without the end of TLS (close_notify). */
  #cut: unknown = undefined;
  #ended: boolean = false;

  /** Made by {@link overTls}. */
  constructor(
    loop: Loop,
    { below, socket, wrapping, upgraded }: Wrapped,
    protocol: object,
    tls: TlsRequest,
    { server, startTls, extra, waiter }: StreamTransportOptions,
  ) {
    const known = { ...addressesOf(below), sslContext: tls.sslContext, ...extra };
    super(loop, socket, protocol, { server, startTls, extra: known });
    this.#socket = wrapping;
    this.#below = below;
    this.#known = upgraded;
    this.#suppressRaggedEofs = tls.suppressRaggedEofs;
    this.#goodBye = new GoodBye(loop, this, below, tls.shutdownTimeout);
    this.#handshake = new Handshake(this, wrapping, tls, waiter, addressesOf(below).peername);
    this.setWriteBufferLimits({ high: WRITE_HIGH });
    if (!tls.suppressRaggedEofs) noteCut(wrapping, below.stream);
    this.takeUp(below.failure);
    below.onLost = (error) => this.#belowLost(error);
    // From the start: only a reader is told that the other side went away in the handshake. What comes right
    // behind the handshake is handed over behind `connectionMade`.
    this.input.start();
  }

  override getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    const kept = this.#kept.get(name) ?? super.getExtraInfo(name) ?? this.#below.getExtraInfo(name);
    return (kept as T | undefined) ?? fallback;
  }

  // Nothing can follow the end of TLS: what is written from `close` on is dropped.
  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (this.life.closing && this.#drops([data])) return;
    if (this.output.check('write') && size > 0) this.output.write(data);
  }

  /** @internal */
  writeOwned(data: Buffer): void {
    if (this.life.closing && this.#drops([data])) return;
    if (this.output.check('write') && data.byteLength > 0) this.output.writeOwned(data);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks, 'data');
    if (this.life.closing && this.#drops(list)) return;
    if (this.output.check('writelines')) this.output.writelines(list);
  }

  #drops(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) this.#goodBye.drop(chunk);
    return !this.life.lost;
  }

  writeEof(): void {
    throw new UnsupportedError('TLS cannot end one half of a connection: close it');
  }

  canWriteEof(): boolean {
    return false;
  }

  close(): void {
    if (this.life.closing) return;
    if (!this.#handshake.secure || this.#gone) return this.abort();
    this.#goodBye.begin();
    this.beginClose();
    if (this.life.lost) return;
    // The other side's end stands behind what it sent before, which nobody wants any more.
    listenToData(this.host);
    this.host.resume();
  }

  /** @internal */
  writeFailure(): unknown {
    return this.#goodBye.writeFailure(this.#ended);
  }

  /** Closing needs no answer from the other side. @internal */
  needNoAnswer(): void {
    this.#goodBye.needNoAnswer();
  }

  /** @internal */
  becomeSecure(): boolean {
    this.#kept = keptTlsInfo(this.host);
    // Who upgraded does not have this transport yet: `startTls` resumes when they do.
    if (this.#known) this.pauseReading();
    else {
      this.#known = true;
      try {
        this.life.protocol?.connectionMade(this);
      } catch (error) {
        this.fail(error, fatalCall('connectionMade'));
        return false;
      }
    }
    return true;
  }

  /** An end that TLS did not say is none that a protocol may take for one. @internal */
  handEnd(): boolean {
    if (this.#cut === undefined) this.life.protocol?.eofReceived();
    else (this.life.protocol as Partial<StreamsOwn> | undefined)?.cutShort?.(this.#cut);
    return false;
  }

  /** Everything is written: the end of TLS follows, and the host closes when the other side has said its own.
   * @internal */
  finish(): void {
    if (!this.life.lost) this.host.end(this.#saidEnd);
  }

  /** @internal */
  hostData(chunk: Buffer): void {
    if (this.life.closing) this.#goodBye.heard(chunk.byteLength);
    else this.input.bring(chunk);
  }

  /** @internal */
  hostError(error: unknown): void {
    if (this.life.lost) return;
    if (this.#goodBye.contented) this.lose(undefined);
    else if (this.#handshake.shaken) this.input.bringFailure(fromTlsError(error, 'TLS connection'));
    else this.lose(this.#handshake.failure(error));
  }

  /** @internal */
  hostEnd(): void {
    if (this.life.closing) return;
    if (!this.#handshake.shaken) return this.#handshake.cutOff();
    this.#ended = true;
    if (wasCut(this.#socket)) this.#cut = cutShort();
    this.input.bringEnd();
  }

  /** @internal */
  hostClosed(): void {
    this.#gone = true;
    if (this.life.lost) return;
    if (!this.#handshake.shaken) return this.lose(this.#handshake.broken());
    if (!this.#ended && !this.life.closing && !this.#suppressRaggedEofs) this.#cut = cutShort();
    this.input.noteGone();
  }

  /** @internal */
  hostGone(): void {
    this.lose(undefined);
  }

  /** @internal */
  lose(error: unknown): void {
    if (!this.life.beginLoss()) return;
    this.input.stop();
    const told = fromHostError(error);
    this.#below.whenClosed(() => this.life.scheduleEnd(told));
    this.host.destroy();
    // What closed by itself may have something left to send below, within the timeout; what is given up has not.
    if (!this.#gone) this.#below.abort();
    this.#handshake.lost(error);
  }

  /** @internal */
  beforeLoss(error: unknown): unknown {
    this.#handshake.over();
    this.#goodBye.over();
    if (!this.#known) this.life.protocol = undefined;
    const told = error ?? this.#cut ?? (this.#ended ? this.writeFailure() : undefined);
    this.input.handOverRest();
    return told;
  }

  /** @internal */
  _giveUp(error: unknown): void {
    this.lose(error);
    // Already on its way out, with what is below still busy.
    this.#below.abort();
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
}
