// A socket of the host's that has no transport yet: connecting, or accepted and not taken. Until somebody takes
// it over it belongs to the loop, which takes it along when it is closed.

import type { Loop } from '../../loop/loop.ts';
import { networkOf } from '../../loop/network.ts';
import type { Resident } from '../../loop/network.ts';
import type { NodeSocket } from '../../sys/host/net.ts';

export class UnclaimedSocket implements Resident {
  readonly #loop: Loop;
  readonly #socket: NodeSocket;

  constructor(loop: Loop, socket: NodeSocket) {
    this.#loop = loop;
    this.#socket = socket;
    networkOf(loop).residents.add(this);
  }

  /** Somebody else answers for the socket, or it is gone. */
  end(): void {
    networkOf(this.#loop).residents.delete(this);
  }

  /** @internal */
  _loopStopped(): void {
    this.#socket.unref?.();
  }

  /** @internal */
  _loopStarted(): void {
    this.#socket.ref?.();
  }

  /** @internal */
  _loopClosed(): void {
    this.#socket.destroy();
  }
}
