// The writing half of a stream's protocol: whether the transport wants a pause, who waits for its end, and
// who waits for the end of the connection. asyncio's FlowControlMixin.

import { osError } from '../base/osError.ts';
import { showAsText } from '../base/show.ts';
import { UsageError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import { Protocol } from '../transport/protocol.ts';
import type { SocketAddress } from '../transport/socketAddress.ts';
import type { BaseTransport } from '../transport/transport.ts';
import { drained, forgetLoop } from './drained.ts';
import { StreamWaiters } from './streamWaiters.ts';
import type { ConnectionEnd } from './streamWaiters.ts';

/** A protocol that {@link StreamWriter.drain} can wait on. */
export class FlowControlProtocol extends Protocol implements ConnectionEnd {
  /** @internal */ readonly _loop: Loop;
  #paused: boolean = false;
  /** `'here'` where this side has closed the connection. */
  #lost: boolean | 'here' = false;
  #lostWith: unknown = undefined;
  #drainers: StreamWaiters | undefined = undefined;
  #closers: StreamWaiters | undefined = undefined;
  #toldOfLoss: Set<() => void> | undefined = undefined;

  constructor(loop: Loop = runningLoop('a stream')) {
    super();
    this._loop = loop;
  }

  /** The transport has enough. @internal */
  get _isPaused(): boolean {
    return this.#paused;
  }

  override pauseWriting(): void {
    if (this.#paused) throw new UsageError('pauseWriting: writing is paused already');
    this.#paused = true;
  }

  override resumeWriting(): void {
    if (!this.#paused) throw new UsageError('resumeWriting: writing is not paused');
    this.#paused = false;
    this.#drainers?.wakeAll();
  }

  override connectionLost(error: unknown, here: boolean = false): void {
    this.#lost = here ? 'here' : true;
    this.#lostWith = error;
    this.#drainers?.wakeAll();
    this.#closers?.wakeAll();
    for (const told of this.#toldOfLoss ?? []) told();
    forgetLoop(this._loop);
  }

  /** Calls `told` when the connection has ended, until the returned function is called. @internal */
  _onLoss(told: () => void): () => void {
    const all = (this.#toldOfLoss ??= new Set());
    all.add(told);
    return () => void all.delete(told);
  }

  /** @internal */
  _lostWith(): unknown {
    return this.#lostWith;
  }

  /** Waits while writing is paused. @internal */
  _drain(transport?: BaseTransport): Promise<void> {
    if (this.#paused && this.#lost === false) {
      this.#drainers ??= new StreamWaiters('writer.drain', this);
      return this.#drainers.wait();
    }
    if (this.#lost === false) return drained(this._loop);
    return Promise.reject(lostConnection(this.#lost === 'here', transport?.getExtraInfo('peername')));
  }

  /** Waits for the end of the connection; throws the error that it ended with. @internal */
  _waitClosed(): Promise<void> {
    if (this.#lost === false) {
      this.#closers ??= new StreamWaiters('writer.waitClosed', this);
      return this.#closers.wait();
    }
    return this.#lostWith === undefined ? Promise.resolve() : Promise.reject(this.#lostWith);
  }
}

showAsText(FlowControlProtocol);

// One that this side has closed itself is no fault of the network's, and must not look like one.
const HERE = 'this side has closed the connection, by close() or abort()';

function lostConnection(here: boolean, peer: SocketAddress | undefined): Error {
  const [host, port] = typeof peer === 'string' ? [peer || undefined] : (peer ?? []);
  return osError({
    errno: 0,
    code: here ? 'ECONNABORTED' : 'ECONNRESET',
    syscall: 'write',
    reason: here ? HERE : 'the other side has closed the connection',
    address: host,
    port,
  });
}
