// A connected socket of the host's before it has a transport: it keeps the addresses, and an error that comes
// before there is anybody to tell. It belongs to the loop until a transport takes it.

import type { Loop } from '../../loop/loop.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { StreamSocket } from '../backend.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { SocketAddress } from '../../transport/transport.ts';
import { UnclaimedSocket } from './unclaimedSocket.ts';
import { localAddressOf, remoteAddressOf } from './hostAddress.ts';

/** Addresses that the host does not know: those of Unix sockets. */
export interface KnownAddresses {
  sockname?: SocketAddress;
  peername?: SocketAddress;
}

export class HostStreamSocket implements StreamSocket {
  /** The host's own socket. */
  readonly nodeSocket: NodeSocket;
  readonly #sockname: SocketAddress;
  readonly #peername: SocketAddress;
  #unclaimed: UnclaimedSocket | undefined;
  #failure: { error: unknown } | undefined = undefined;
  readonly #onError = (error: unknown): void => {
    this.#failure ??= { error };
  };

  constructor(loop: Loop, nodeSocket: NodeSocket, known: KnownAddresses = {}) {
    this.nodeSocket = nodeSocket;
    this.#sockname = localAddressOf(nodeSocket) ?? known.sockname ?? '';
    this.#peername = remoteAddressOf(nodeSocket) ?? known.peername ?? '';
    this.#unclaimed = new UnclaimedSocket(loop, nodeSocket);
    nodeSocket.on('error', this.#onError);
  }

  getsockname(): SocketAddress {
    return this.#sockname;
  }

  getpeername(): SocketAddress {
    return this.#peername;
  }

  /** Destroys it, unless a transport has it. */
  close(): void {
    if (this.#unclaimed === undefined) return;
    this.#endUnclaimed();
    this.nodeSocket.destroy();
    this.nodeSocket.once('close', () => this.nodeSocket.off('error', this.#onError));
  }

  /** Hands it to a transport, with the error that it has met by now. @internal */
  take(): { error: unknown } | undefined {
    this.#endUnclaimed();
    this.nodeSocket.off('error', this.#onError);
    return this.#failure;
  }

  #endUnclaimed(): void {
    this.#unclaimed?.end();
    this.#unclaimed = undefined;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<HostStreamSocket${showEnds(this.#sockname, this.#peername)}>`;
  }
}
