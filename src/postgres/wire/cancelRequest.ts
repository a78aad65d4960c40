// Asks the server to cancel what a connection does: a connection of its own, with 16 bytes and no answer.
//
// 1. The server delivers the signal and then closes this connection. Until then the signal may still hit whatever the
//    other connection does next; so `ended` says when the end has come, and nothing is sent there before.
// 2. As long as the bytes are not written, the request can be called back, and nothing happens.
// 3. It goes where the connection itself goes: to the address at the other end of its socket, not to a name that may
//    mean another server by now; and through TLS when that does.
// 4. An end that is no plain end of the stream says nothing about the signal: then the outcome is `unknown`.

import { createConnection, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

const SSL_REQUEST = message(80877103);
/** The server's answer to it. */
const YES = 0x53;

/** How it ended: `sent` the server has delivered the signal, or had none to deliver; `unsent` nothing was sent;
 * `unknown` it was sent, and may be delivered at any time. */
export type CancelOutcome = 'sent' | 'unsent' | 'unknown';

/** Whom to tell, and what. */
export interface CancelTarget {
  /** A TCP address, or the path of a socket. */
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly processID: number;
  readonly secretKey: number;
  /** The name that the certificate is checked for, and how; undefined without TLS. */
  readonly tls?: CancelTls | undefined;
}

interface CancelTls {
  readonly host: string;
  readonly options: TlsOptions;
  /** At once, without asking for it first. */
  readonly direct: boolean;
}

export class CancelRequest {
  readonly ended: Promise<CancelOutcome>;
  #socket: Socket;
  #written: boolean = false;
  #ended!: (outcome: CancelOutcome) => void;

  constructor(target: CancelTarget) {
    this.ended = new Promise((resolve) => (this.#ended = resolve));
    const bytes = message(80877102, target.processID, target.secretKey);
    this.#socket = createConnection(target.address);
    this.#watch(this.#socket);
    this.#socket.once('connect', () => {
      if (target.tls === undefined) this.#write(bytes);
      else this.#secure(target.tls, bytes);
    });
  }

  /** The other connection has its answer: the request is called back, unless it is under way already. */
  callBack(): void {
    if (!this.#written) this.destroy();
  }

  /** Once it is connected it does not keep the process; before, Bun would not connect it. */
  unref(): void {
    this.#socket.once('connect', () => this.#socket.unref());
  }

  /** Ends it now. What was written may still be delivered. */
  destroy(): void {
    this.#socket.destroy();
  }

  #write(bytes: Uint8Array): void {
    if (this.#socket.destroyed) return;
    this.#written = true;
    this.#socket.write(bytes);
  }

  #secure(tls: CancelTls, bytes: Uint8Array): void {
    const plain = this.#socket;
    const secure = (): void => {
      plain.removeAllListeners();
      this.#socket = connectTls({
        host: tls.host,
        ...tls.options,
        socket: plain,
        ...(isIP(tls.host) === 0 && { servername: tls.host }),
        ...(tls.direct && { ALPNProtocols: ['postgresql'] }),
      });
      this.#watch(this.#socket);
      this.#socket.once('secureConnect', () => this.#write(bytes));
    };
    if (tls.direct) return secure();
    plain.write(SSL_REQUEST);
    plain.once('data', (answer) => {
      if (answer.length === 1 && answer[0] === YES) secure();
      else plain.destroy();
    });
  }

  #watch(socket: Socket): void {
    let plainEnd = false;
    socket.on('end', () => (plainEnd = true));
    socket.on('error', () => (plainEnd = false));
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.#ended(this.#written ? (plainEnd ? 'sent' : 'unknown') : 'unsent');
    });
    socket.resume();
  }
}

function message(...words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes.writeInt32BE(bytes.length);
  for (const [index, word] of words.entries()) bytes.writeInt32BE(word | 0, 4 + 4 * index);
  return bytes;
}
