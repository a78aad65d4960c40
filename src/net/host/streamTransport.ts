// The plain stream transport of the host backend: a net.Socket that is connected, or a tls.TLSSocket that somebody else
// has made. Semantics: asyncio's _SelectorSocketTransport.
//
// 1. A connection that breaks while it is written to closes at once. What came before it broke is handed over all
//    the same, unless the protocol wants nothing to be read; a break that reading finds waits its turn.
// 2. The host's socket is destroyed before `connectionLost` when the connection is given up, so that what is buffered
//    is thrown away, and after it otherwise.

import { UnsupportedError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { resetBehindEnd } from '../../sys/host/net.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { checkBytes, chunksOf } from '../../transport/byteArguments.ts';
import type { StreamTransportOptions } from '../backend.ts';
import type { HostStreamSocket } from './streamSocket.ts';
import { isEncrypted } from './tlsInfo.ts';
import { HostTransport } from './transport.ts';

export class HostStreamTransport extends HostTransport {
  constructor(
    loop: Loop,
    socket: HostStreamSocket,
    protocol: object,
    options: StreamTransportOptions = {},
  ) {
    super(loop, socket, protocol, options);
    this.takeUp();
    this.life.begin(() => this.input.start(), options.waiter);
  }

  write(data: Uint8Array): void {
    const size = checkBytes(data, 'data');
    if (this.output.check('write') && size > 0) this.output.write(data);
  }

  /** @internal */
  writeOwned(data: Buffer): void {
    if (this.output.check('write') && data.byteLength > 0) this.output.writeOwned(data);
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    const list = chunksOf(chunks, 'data');
    if (this.output.check('writelines')) this.output.writelines(list);
  }

  writeEof(): void {
    if (!this.canWriteEof())
      throw new UnsupportedError('TLS cannot end one half of a connection: close it');
    if (!this.life.closing) this.output.end();
  }

  canWriteEof(): boolean {
    return !isEncrypted(this.host);
  }

  close(): void {
    this.beginClose();
  }

  /** `fromLoop`: called by an entry of the loop's, which may tell the protocol at once. @internal */
  finish(fromLoop: boolean): void {
    if (this.life.lost) return;
    if (fromLoop) this.life.end(undefined);
    else this.life.lose(undefined);
  }

  /** @internal */
  lose(error: unknown): void {
    if (!this.life.beginLoss()) return;
    this.input.stop();
    this.life.scheduleEnd(fromHostError(error));
    this.host.destroy();
  }

  /** @internal */
  beforeLoss(error: unknown): unknown {
    this.input.handOverRest();
    return error;
  }

  /** @internal */
  hostData(chunk: Buffer): void {
    this.input.bring(chunk);
  }

  /** @internal */
  hostEnd(): void {
    const reset = isEncrypted(this.host) ? undefined : resetBehindEnd(this.host);
    if (reset === undefined) this.input.bringEnd();
    else this.hostError(reset);
  }

  /** @internal */
  hostError(error: unknown): void {
    if (!this.life.lost) this.input.bringFailure(error);
  }

  /** @internal */
  hostClosed(): void {
    if (!this.life.lost) this.input.noteGone();
  }

  /** A socket of which both halves have ended is closed by the host; asyncio's stays until it is closed. @internal */
  hostGone(peerEnded: boolean): void {
    if (!(peerEnded && this.output.ended)) this.lose(undefined);
  }

  /** @internal */
  handEnd(): boolean {
    return this.life.protocol?.eofReceived() === true && !isEncrypted(this.host);
  }
}
