// The handshake of a TLS connection, from the making of its transport until the loop knows how it went.
//
// 1. The host calls in the middle of its work when it has finished (`shaken`): what follows is the loop's, and
//    `secure` from then on.
// 2. It has a time limit. The waiter is told once, of whatever comes first: that it is secure, or the error that the
//    connection was lost with.

import type { Future } from '../../core/future/future.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import { releaseErrors } from '../../sys/host/tls.ts';
import type { NodeTlsSocket } from '../../sys/host/tls.ts';
import type { LifeCycle } from '../../transport/lifeCycle.ts';
import type { SocketAddress } from '../../transport/socketAddress.ts';
import { connectionReset, fromTlsError, handshakeTimedOut } from './sslErrors.ts';
import type { TlsPeer } from './sslErrors.ts';
import { refusedCertificate } from './tlsRequest.ts';
import type { TlsRequest } from './tlsRequest.ts';

/** The transport, as its handshake sees it. */
export interface Shaking {
  /** @internal */ readonly life: LifeCycle;
  /** @internal */ lose(error: unknown): void;
  /** The handshake is over, and nothing was wrong: has the protocol know of the connection. False when it is lost by
   * that. @internal */
  becomeSecure(): boolean;
}

export class Handshake {
  /** The host has finished it. */
  shaken: boolean = false;
  /** The loop has finished it. */
  secure: boolean = false;
  readonly #transport: Shaking;
  readonly #socket: NodeTlsSocket;
  readonly #tls: TlsRequest;
  readonly #peer: TlsPeer;
  #waiter: Future<void> | undefined;
  #timer: TimerHandle | undefined;

  constructor(
    transport: Shaking,
    socket: NodeTlsSocket,
    tls: TlsRequest,
    waiter: Future<void> | undefined,
    address: SocketAddress,
  ) {
    this.#transport = transport;
    this.#socket = socket;
    this.#tls = tls;
    this.#peer = { serverSide: tls.serverSide, hostname: tls.hostname, address };
    this.#waiter = waiter;
    this.#loseIn(tls.handshakeTimeout, () => handshakeTimedOut(tls.handshakeTimeout, this.#peer));
    socket.once(tls.serverSide ? 'secure' : 'secureConnect', this.#done);
  }

  /** The other side has ended the connection. The host may have a better error to tell, right behind the end. */
  cutOff(): void {
    this.#timer?.cancel();
    this.#loseIn(1, () => this.broken());
  }

  /** What an error of the host's in it is to those who wait. */
  failure(error: unknown): unknown {
    return fromTlsError(error, 'TLS handshake', this.#peer);
  }

  /** The error of a connection that ended in it. */
  broken(): unknown {
    return connectionReset('TLS handshake', this.#peer);
  }

  /** The connection is lost. */
  lost(error: unknown): void {
    this.#timer?.cancel();
    this.#tell(error === undefined ? this.broken() : this.failure(error));
  }

  /** Nothing is heard of it any more. */
  over(): void {
    this.#timer?.cancel();
    this.#socket.off('secure', this.#done).off('secureConnect', this.#done);
  }

  readonly #done = (): void => {
    this.shaken = true;
    releaseErrors(this.#socket);
    const { life } = this.#transport;
    if (!life.loop.isClosed()) life.callSoon(() => this.#becomeSecure());
  };

  #becomeSecure(): void {
    const transport = this.#transport;
    if (transport.life.lost) return;
    const refused = refusedCertificate(this.#tls, this.#socket);
    if (refused !== undefined) return transport.lose(this.failure(refused));
    this.#timer?.cancel();
    this.#timer = undefined;
    this.secure = true;
    if (transport.becomeSecure()) this.#tell(undefined);
  }

  #loseIn(delay: number, reason: () => unknown): void {
    const { life } = this.#transport;
    this.#timer = life.loop.callLater(delay, () => this.#transport.lose(reason()));
  }

  #tell(error: unknown): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined || waiter.done()) return;
    if (error === undefined) waiter.setResult();
    else waiter.setException(error);
  }
}
