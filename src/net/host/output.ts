// What a stream transport of the host backend writes.
//
// 1. The host tries a write at once. What it could not send is in the host's buffer, and its length is the
//    transport's; a chunk that was sent in part counts whole. It is given copies, small ones joined
//    (coalescedWrites.ts): it keeps raw addresses of what it could not send at once, and the writer may take its
//    memory away.
// 2. Bytes that are sent make an entry of the loop only when somebody waits for it: a paused protocol, a
//    transport that is closing, or a caller that waits until everything is sent.
// 3. A write that fails is told to the transport at once where the host says so, else as soon as it does.

import { sizeOf } from '../../base/bytes.ts';
import { UsageError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import { enqueue } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import type { CallbackContext } from '../../transport/callbackContext.ts';
import { closedWhileSending } from '../../transport/closedWhileSending.ts';
import { FlowControl } from '../../transport/flowControl.ts';
import type { Flowing } from '../../transport/flowControl.ts';
import { CoalescedWrites } from '../../transport/coalescedWrites.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';

/** The transport, as its output sees it. */
export interface WritingTransport extends Flowing {
  /** @internal */ readonly _loop: Loop;
  /** @internal */ readonly _host: NodeSocket;
  /** @internal */ readonly _context: CallbackContext;
  /** @internal */ readonly _lost: number;
  /** @internal */ readonly _closing: boolean;
  /** The host has met an error, or a write was given up. @internal */ _broke(): void;
  /** Everything is sent, and the transport is closing. @internal */ _finish(fromLoop: boolean): void;
  /** @internal */ _noteLostWrite(): void;
}

export class HostOutput implements Runnable {
  readonly #transport: WritingTransport;
  /** Made when the host is busy for the first time: most connections never have it. */
  #writes: CoalescedWrites | undefined = undefined;
  readonly #flow: FlowControl = new FlowControl();
  #queued: boolean = false;
  /** We wrote our end of data. */
  #ended: boolean = false;
  #emptied: Future<void> | undefined = undefined;

  constructor(transport: WritingTransport) {
    this.#transport = transport;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get size(): number {
    const { _lost: lost, _host: host } = this.#transport;
    return lost > 0 ? 0 : (this.#writes?.size ?? host.writableLength);
  }

  /** Whether bytes can still be sent. @throws UsageError after the end, and while a file is sent */
  check(method: string): boolean {
    if (this.#ended) throw new UsageError(`cannot call ${method}() after writeEof()`);
    if (this.#emptied !== undefined) throw new UsageError(`cannot call ${method}() while a file is sent`);
    if (this.#transport._lost === 0) return true;
    this.#transport._noteLostWrite();
    return false;
  }

  write(data: Uint8Array): void {
    this.#put(data);
    this.#tried();
  }

  /** As {@link write}, of bytes that nobody changes or takes away: they are not copied. */
  writeOwned(data: Buffer): void {
    this.#writes?.flush();
    this.#transport._host.write(data, this.#written);
    this.#tried();
  }

  writelines(chunks: readonly Uint8Array[]): void {
    const host = this.#transport._host;
    host.cork();
    for (const chunk of chunks) if (sizeOf(chunk) > 0) this.#put(chunk);
    this.#writes?.flush();
    host.uncork();
    this.#tried();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#writes?.flush();
    this.#transport._host.end();
    this.#tried();
  }

  setLimits(limits: WriteBufferLimits | undefined): void {
    this.#flow.setLimits(limits);
    this.#flow.rose(this.size, this.#transport, this.#transport._loop);
  }

  get limits(): { low: number; high: number } {
    const { low, high } = this.#flow;
    return { low, high };
  }

  /** Resolves when nothing waits to be written; until {@link endEmptied} nothing may be written. */
  whenEmptied(): Future<void> {
    if (this.#emptied !== undefined) throw new UsageError('the transport is being emptied already');
    this.#emptied = new Future<void>({ loop: this.#transport._loop });
    if (this.size === 0) this.#emptied.setResult();
    return this.#emptied;
  }

  endEmptied(): void {
    this.#emptied = undefined;
  }

  /** The connection is lost. */
  lost(): void {
    if (this.#emptied?.done() === false) this.#emptied.setException(closedWhileSending());
  }

  /** Bytes were sent that somebody waited for. @internal */
  _run(): Effect {
    this.#queued = false;
    if (this.#transport._lost > 0) return NOTHING;
    this.#transport._context.run(() => this.#sent());
    return DRAIN;
  }

  #put(data: Uint8Array): void {
    const { _host: host } = this.#transport;
    if (this.#writes !== undefined) this.#writes.write(data);
    else if (host.writableLength === 0) host.write(copyBytes(data), this.#written);
    else (this.#writes = new CoalescedWrites(host, this.#written)).write(data);
  }

  #tried(): void {
    const { _host: host, _loop: loop } = this.#transport;
    if (host.errored) this.#transport._broke();
    else this.#flow.rose(this.size, this.#transport, loop);
  }

  readonly #written = (error?: Error | null): void => {
    const { _lost: lost, _closing: closing, _loop: loop } = this.#transport;
    if (lost > 0) return;
    if (error) return this.#transport._broke();
    this.#writes?.flush();
    if (this.#queued) return;
    const { size } = this;
    const empty = size === 0 && (closing || this.#emptied !== undefined);
    if (!empty && !(this.#flow.paused && size <= this.#flow.low)) return;
    this.#queued = true;
    enqueue(loop, this);
  };

  #sent(): void {
    const transport = this.#transport;
    this.#flow.fell(this.size, transport, transport._loop);
    if (transport._lost > 0 || this.size > 0) return;
    if (this.#emptied?.done() === false) this.#emptied.setResult();
    if (transport._closing) transport._finish(true);
  }
}
