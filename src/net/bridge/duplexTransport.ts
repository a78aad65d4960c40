// A transport over any two-way stream of the host's, not only its sockets. What differs is the end: destroying a
// socket ends it for its peer, while a stream that is destroyed before it was ended has failed.

import type { Loop } from '../../loop/loop.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import { asCopy } from '../../sys/libc/memory.ts';
import type { NodeDuplex } from '../../sys/host/tls.ts';
import { HostStreamSocket } from '../host/streamSocket.ts';
import { HostStreamTransport } from '../host/streamTransport.ts';
import { startTls } from '../tls/startTls.ts';

export class DuplexTransport extends HostStreamTransport {
  #ending: boolean = false;

  constructor(loop: Loop, duplex: NodeDuplex, protocol: object) {
    super(loop, new HostStreamSocket(loop, duplex as NodeSocket), protocol, { startTls });
  }

  // It is somebody else's memory: who pushed a part of it may need the rest.
  /** @internal */
  override hostData(chunk: Buffer): void {
    super.hostData(asCopy(chunk));
  }

  /** @internal */
  override finish(fromLoop: boolean): void {
    if (this.life.lost || this.#ending) return;
    if (this.host.writableEnded || this.host.destroyed) {
      super.finish(fromLoop);
      return;
    }
    this.#ending = true;
    this.host.end(() => super.finish(false));
  }
}
