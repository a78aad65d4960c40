// A listening socket of the selector backend. Semantics: asyncio's accept loop.
//
// 1. One event accepts what is there, up to one more than the backlog, so that a burst costs one wake-up. A long
//    backlog has limits of its own: it must not keep everybody else waiting.
// 2. Out of descriptors or memory: reported, and accepting rests for a second, because the system would go on
//    telling that somebody waits. The same for errors that nobody has thought of.
// 3. Errors of a single connection, which the system reports through `accept`, are passed over.
// 4. A socket that will never accept again (it was shut down, or its descriptor closed by somebody else) ends
//    the listener, once.

import { attempt } from '../../base/attempt.ts';
import { OSError } from '../../base/osError.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { lastName } from '../../sys/libc/socketCalls.ts';
import type { Listener, StreamSocket } from '../backend.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { closeOwned, disown, tryAccept } from '../socket/ownedSocket.ts';
import type { Socket } from '../socket/socket.ts';
import type { SocketAddress } from '../../transport/transport.ts';
import { resourcesOf } from '../../loop/resources.ts';

/** Milliseconds that accepting rests when the system is out of something. */
const ACCEPT_RETRY_DELAY = 1000;
const MOST_AT_ONCE = 100;
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);
const FINAL: ReadonlySet<string> = new Set(['EBADF', 'EINVAL', 'ENOTSOCK', 'EOPNOTSUPP']);
// What accept(2) lists as errors that were pending on the new connection, and a firewall's refusal.
const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENONET',
  'ENOPROTOOPT',
  'EPERM',
  'EPROTO',
]);

export class SelectorListener implements Listener, LoopResource {
  readonly socket: Socket;
  readonly address: SocketAddress | undefined;
  readonly #loop: Loop;
  readonly #atOnce: number;
  #accepted: ((socket: StreamSocket, peername: SocketAddress) => void) | undefined;
  #ended: ((error: unknown) => void) | undefined;
  #context: CallbackContext | undefined;
  #retry: TimerHandle | undefined;
  #closed: boolean = false;
  #paused: boolean = false;

  constructor(loop: Loop, socket: Socket, backlog: number) {
    this.#loop = loop;
    this.socket = socket;
    this.address = attempt(() => socket.getsockname());
    this.#atOnce = Math.min(backlog, MOST_AT_ONCE) + 1;
    resourcesOf(loop).add(this);
  }

  start(
    accepted: (socket: StreamSocket, peername: SocketAddress) => void,
    ended: (error: unknown) => void,
  ): void {
    this.#accepted = accepted;
    this.#ended = ended;
    this.#context = new CallbackContext(this.#loop);
    this.#watch();
  }

  /** Leaves connections in the backlog until {@link resume}. */
  pause(): void {
    this.#paused = true;
    this.#retry?.cancel();
    if (!this.#closed) descriptorsOf(this.#loop).unwatchReadable(this.socket.fileno());
  }

  resume(): void {
    this.#paused = false;
    if (this.#accepted !== undefined) this.#watch();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    resourcesOf(this.#loop).remove(this);
    this.#retry?.cancel();
    if (this.#accepted !== undefined) descriptorsOf(this.#loop).unwatchReadable(this.socket.fileno());
    this.#accepted = undefined;
    closeOwned(this.#loop, this.socket);
  }

  /** Somebody waits to be accepted. @internal */
  _readable(): Effect {
    if (this.#closed) return NOTHING;
    this.#context?.run(() => this.#acceptAll());
    return DRAIN;
  }

  /** @internal */
  loopClosed(): void {
    this.#closed = true;
    closeOwned(this.#loop, this.socket);
  }

  /** @internal */
  _descriptorLost(error: unknown): void {
    disown(this.socket);
    // One that is closing finds it out by that.
    if (!this.#closed) this.#context?.run(() => void this.#loop.callSoon(() => this.#end(error)));
  }

  #watch(): void {
    if (!this.#closed) descriptorsOf(this.#loop).watchReadable(this.socket.fileno(), this);
  }

  #acceptAll(): void {
    for (let count = 0; count < this.#atOnce && !this.#closed && !this.#paused; count++) {
      let socket: Socket | undefined;
      try {
        socket = tryAccept(this.socket);
      } catch (error) {
        const code = error instanceof OSError ? error.code : '';
        if (OF_ONE_CONNECTION.has(code)) continue;
        return FINAL.has(code) ? this.#end(error) : this.#failed(error, EXHAUSTED.has(code));
      }
      if (socket === undefined) return;
      this.#hand(socket);
    }
  }

  #hand(socket: Socket): void {
    try {
      this.#accepted?.(socket, lastName());
    } catch (exception) {
      socket.close();
      reportFailure(this.#loop, { message: 'a connection could not be taken', exception, socket });
    }
  }

  // It will never accept again.
  #end(error: unknown): void {
    if (!this.#closed) this.#ended?.(error);
  }

  #failed(exception: unknown, exhausted: boolean): void {
    reportFailure(this.#loop, {
      message: exhausted ? 'socket.accept() out of system resource' : 'socket.accept() failed',
      exception,
      socket: this.socket,
    });
    this.pause();
    this.#retry = this.#loop.callLater(ACCEPT_RETRY_DELAY, () => this.resume());
  }
}
