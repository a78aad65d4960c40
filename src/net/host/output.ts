// What a stream transport of the host backend writes.
//
// 1. The host tries a write at once. What it could not send is in the host's buffer, and its length is the
//    transport's; a chunk that was sent in part counts whole. It is given copies, small ones joined
//    (coalescedWrites.ts): it keeps raw addresses of what it could not send at once, and the writer may take its
//    memory away.
// 2. Bytes that are sent make an entry of the loop only when somebody waits for it: a paused protocol, a
//    transport that is closing, or a caller that waits until everything is sent.
// 3. A write that fails is told to the transport at once where the host says so, else as soon as it does.

import { plainBytes, sizeOf } from '../../base/bytes.ts';
import { enqueue } from '../../loop/engine.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import { CoalescedWrites } from '../../transport/coalescedWrites.ts';
import type { LifeCycle } from '../../transport/lifeCycle.ts';
import { defaultLimits, WriteSide } from '../../transport/writeSide.ts';
import { WriteWatch } from '../../transport/writeWatch.ts';

/** The transport, as its output sees it. */
export interface WritingTransport {
  /** @internal */ readonly life: LifeCycle;
  /** @internal */ readonly host: NodeSocket;
  /** The host has met an error, or a write was given up. @internal */ broke(): void;
  /** Everything is sent, and the transport is closing. @internal */ finish(fromLoop: boolean): void;
}

export class HostOutput implements Runnable {
  readonly #transport: WritingTransport;
  /** Made when the host is busy for the first time: most connections never have it. */
  #writes: CoalescedWrites | undefined = undefined;
  /** Made when something waits, or somebody asks. */
  #side: WriteSide | undefined = undefined;
  #queued: boolean = false;
  /** In debug mode: whether what waits is changed. */
  #watch: WriteWatch | undefined = undefined;

  constructor(transport: WritingTransport) {
    this.#transport = transport;
  }

  get side(): WriteSide {
    return (this.#side ??= new WriteSide(this.#transport.life, this));
  }

  get limits(): { low: number; high: number } {
    return this.#side?.limits ?? { ...defaultLimits };
  }

  /** We wrote our end of data. */
  get ended(): boolean {
    return this.#side?.ended === true;
  }

  get size(): number {
    const { life, host } = this.#transport;
    return life.lost ? 0 : (this.#writes?.size ?? host.writableLength);
  }

  /** Whether bytes can still be sent. @throws UsageError after the end, and while a file is sent */
  check(method: string): boolean {
    this.#side?.check(method);
    const { life } = this.#transport;
    if (!life.lost) return true;
    life.noteLateWrite('bytes are written to a lost connection');
    return false;
  }

  write(data: Uint8Array): void {
    this.#put(data);
    this.#tried();
    if (this.#transport.life.loop.getDebug()) this.#watchOver([data]);
  }

  /** As {@link write}, of bytes that nobody changes or takes away: they are not copied. */
  writeOwned(data: Buffer): void {
    this.#writes?.flush();
    this.#transport.host.write(data, this.#written);
    this.#tried();
  }

  writelines(chunks: readonly Uint8Array[]): void {
    const { host } = this.#transport;
    host.cork();
    for (const chunk of chunks) if (sizeOf(chunk) > 0) this.#put(chunk);
    this.#writes?.flush();
    host.uncork();
    this.#tried();
    if (this.#transport.life.loop.getDebug()) this.#watchOver(chunks);
  }

  end(): void {
    if (!this.side.end()) return;
    this.#writes?.flush();
    this.#transport.host.end();
    this.#tried();
  }

  /** The connection is lost. */
  lost(): void {
    this.#watch?.clear();
    this.#side?.lost();
  }

  /** Bytes were sent that somebody waited for. @internal */
  _run(): Effect {
    this.#queued = false;
    const { life } = this.#transport;
    if (life.lost) return NOTHING;
    life.run(() => this.#sent());
    return DRAIN;
  }

  #watchOver(chunks: readonly Uint8Array[]): void {
    if (this.size === 0) return;
    this.#watch ??= new WriteWatch(this.#transport.life);
    for (const chunk of chunks) this.#watch.add(plainBytes(chunk));
  }

  #put(data: Uint8Array): void {
    const { host } = this.#transport;
    if (this.#writes !== undefined) this.#writes.write(data);
    else if (host.writableLength === 0) host.write(copyBytes(data), this.#written);
    else (this.#writes = new CoalescedWrites(host, this.#written)).write(data);
  }

  #tried(): void {
    if (this.#transport.host.errored) this.#transport.broke();
    else if (this.size > 0) this.side.rose();
  }

  readonly #written = (error?: Error | null): void => {
    const { life } = this.#transport;
    if (life.lost) return;
    if (error) return this.#transport.broke();
    this.#writes?.flush();
    if (this.size === 0) this.#watch?.allSent();
    if (this.#queued) return;
    const side = this.#side;
    const empty = this.size === 0 && (life.closing || side?.emptying === true);
    if (!empty && side?.fallen !== true) return;
    this.#queued = true;
    enqueue(life.loop, this);
  };

  #sent(): void {
    const { life } = this.#transport;
    this.#side?.fell();
    if (life.lost || this.size > 0) return;
    this.#side?.emptied();
    if (life.closing) this.#transport.finish(true);
  }
}
