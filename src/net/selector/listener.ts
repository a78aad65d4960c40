// A listening socket of the selector backend. Semantics: asyncio's accept loop.
//
// 1. One event accepts what is there, up to the backlog, so that a burst costs one wake-up.
// 2. Out of descriptors or memory: reported, and accepting rests for a second, because the system would go on
//    telling that somebody waits. Connections that were given up before they were accepted are passed over.

import { ConnectionAbortedError, OSError } from '../../base/osError.ts';
import type { TimerHandle } from '../../loop/handle.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf, networkOf } from '../../loop/network.ts';
import type { Resident } from '../../loop/network.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { EMFILE, ENFILE, ENOBUFS, ENOMEM } from '../../sys/errno.ts';
import { lastName } from '../../sys/socketCalls.ts';
import type { Listener, StreamSocket } from '../backend.ts';
import { CallbackContext } from '../callbackContext.ts';
import type { Socket } from '../socket.ts';
import type { SocketAddress } from '../transport.ts';

/** Milliseconds that accepting rests when the system is out of something. */
const ACCEPT_RETRY_DELAY = 1000;
const EXHAUSTED: ReadonlySet<number> = new Set([EMFILE, ENFILE, ENOBUFS, ENOMEM]);

export class SelectorListener implements Listener, Resident {
  readonly socket: Socket;
  readonly #loop: Loop;
  readonly #backlog: number;
  #accepted: ((socket: StreamSocket, peername: SocketAddress) => void) | undefined;
  #context: CallbackContext | undefined;
  #retry: TimerHandle | undefined;
  #closed: boolean = false;
  #paused: boolean = false;

  constructor(loop: Loop, socket: Socket, backlog: number) {
    this.#loop = loop;
    this.socket = socket;
    this.#backlog = backlog;
  }

  start(accepted: (socket: StreamSocket, peername: SocketAddress) => void): void {
    this.#accepted = accepted;
    this.#context = new CallbackContext();
    this.#watch();
    networkOf(this.#loop).residents.add(this);
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
    networkOf(this.#loop).residents.delete(this);
    this.#retry?.cancel();
    if (this.#accepted !== undefined) descriptorsOf(this.#loop).unwatchReadable(this.socket.fileno());
    this.#accepted = undefined;
    this.socket.close();
  }

  /** Somebody waits to be accepted. @internal */
  _readable(): Effect {
    if (this.#closed) return NOTHING;
    this.#context?.run(() => this.#acceptAll());
    return DRAIN;
  }

  /** @internal */
  _loopClosed(): void {
    this.#closed = true;
    this.socket.close();
  }

  #watch(): void {
    if (!this.#closed) descriptorsOf(this.#loop).watchReadable(this.socket.fileno(), this);
  }

  #acceptAll(): void {
    for (let count = 0; count <= this.#backlog && !this.#closed && !this.#paused; count++) {
      let socket: Socket | undefined;
      try {
        socket = this.socket._tryAccept();
      } catch (error) {
        if (error instanceof ConnectionAbortedError) continue;
        return this.#failed(error);
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
      this.#loop.callExceptionHandler({ message: 'a connection could not be taken', exception, socket });
    }
  }

  #failed(exception: unknown): void {
    const exhausted = exception instanceof OSError && EXHAUSTED.has(exception.errno);
    this.#loop.callExceptionHandler({
      message: exhausted ? 'socket.accept() out of system resource' : 'socket.accept() failed',
      exception,
      socket: this.socket,
    });
    if (!exhausted) return;
    this.pause();
    this.#retry = this.#loop.callLater(ACCEPT_RETRY_DELAY, () => this.resume());
  }
}
