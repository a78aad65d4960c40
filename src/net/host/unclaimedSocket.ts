// A socket of the host's that has no transport yet: connecting, or accepted and not taken. Until somebody takes
// it over it belongs to the loop, which takes it along when it is closed.

import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import { resourcesOf } from '../../loop/resources.ts';

export class UnclaimedSocket implements LoopResource {
  readonly #loop: Loop;
  readonly #socket: NodeSocket;

  constructor(loop: Loop, socket: NodeSocket) {
    this.#loop = loop;
    this.#socket = socket;
    resourcesOf(loop).add(this);
  }

  /** Somebody else handles the socket's errors, or it is gone. */
  end(): void {
    resourcesOf(this.#loop).remove(this);
  }

  /** @internal */
  loopStopped(): void {
    this.#socket.unref?.();
  }

  /** @internal */
  loopStarted(): void {
    this.#socket.ref?.();
  }

  /** @internal */
  loopClosed(): void {
    this.#socket.destroy();
  }
}
