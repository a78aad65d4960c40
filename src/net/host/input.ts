// What a stream transport of the host backend reads: what the host has brought is held until an entry of the loop
// hands it over, one chunk an entry, then the end, then the error. Nothing is handed over while reading is paused; the
// host then stops reading, and what it had read by then is kept. The same when the loop does not keep up with the
// host.

import { UsageError } from '../../base/errors.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import { wakingStream } from '../../transport/contract.ts';
import { handOver } from '../../transport/deliverBytes.ts';
import { HeldInput } from '../../transport/heldInput.ts';
import type { LifeCycle } from '../../transport/lifeCycle.ts';
import type { StreamProtocol } from '../../transport/protocol.ts';
import { fatalCall } from '../../transport/protocolFailure.ts';
import { arrived } from './arrivals.ts';
import { listenToData, unlisten, unlistenToData } from './events.ts';
import { holdUnread } from './holdUnread.ts';

/** The transport, as its input sees it. */
export interface ReadingTransport {
  /** @internal */ readonly life: LifeCycle<StreamProtocol>;
  /** @internal */ readonly host: NodeSocket;
  close(): void;
  /** Tells the protocol of the peer's end; true when the transport stays open for writing. @internal */
  handEnd(): boolean;
  /** The host's socket was closed, and all that it brought is handed over. @internal */
  hostGone(peerEnded: boolean): void;
  /** @internal */ lose(error: unknown): void;
  /** As `lose`, with a report of what is no error of the system. @internal */
  fail(error: unknown, message: string): void;
}

export class HostInput extends HeldInput implements Runnable {
  /** The peer's end was handed over. */
  peerEnded: boolean = false;
  /** The connection is broken, and what is held is still to be handed over in front of its loss. */
  broken: boolean = false;
  readonly #transport: ReadingTransport;
  /** The program has paused reading. */
  #asked: boolean = false;
  /** How many hold it besides. */
  #holds: number = 0;
  /** The protocol is a stream's and only wakes. */
  #wakes: boolean = false;
  #started: boolean = false;
  /** The host's socket was closed, and not by us. */
  #gone: boolean = false;
  /** An entry that hands over stands in the ready queue. */
  #queued: boolean = false;
  /** The host was told to stop reading because too much is held. */
  #throttled: boolean = false;

  constructor(transport: ReadingTransport) {
    super();
    this.#transport = transport;
  }

  /** What is read is for this protocol. */
  handTo(protocol: object): void {
    this.#wakes = wakingStream(protocol) !== undefined;
  }

  get paused(): boolean {
    return this.#asked || this.#holds > 0;
  }

  get reading(): boolean {
    return !this.#transport.life.closing && !this.paused && !this.peerEnded;
  }

  start(): void {
    const { host, life } = this.#transport;
    if (life.closing) return;
    this.#started = true;
    // A listener for data sets a socket going that was not paused expressly.
    host.pause();
    listenToData(host);
    if (!this.paused) host.resume();
  }

  pause(): void {
    if (this.#transport.life.closing || this.#asked) return;
    this.#asked = true;
    this.#transport.host.pause();
  }

  resume(): void {
    if (this.#transport.life.closing || !this.#asked) return;
    this.#asked = false;
    if (!this.paused) this.#goOn();
  }

  hold(): void {
    this.#holds++;
    if (!this.#transport.life.closing) this.#transport.host.pause();
  }

  release(): void {
    this.#holds--;
    if (!this.#transport.life.closing && !this.paused) this.#goOn();
  }

  /** Nothing is read any more; what was read is dropped. */
  stop(): void {
    unlistenToData(this.#transport.host);
    this.#transport.host.pause();
    this.clear();
  }

  /** The host has read this. */
  bring(chunk: Buffer): void {
    this.push(chunk);
    if (this.tooMuch && !this.#throttled) {
      this.#throttled = true;
      this.#transport.host.pause();
    }
    this.#queue();
  }

  /** The host has read the peer's end. */
  bringEnd(): void {
    this.end = true;
    this.#queue();
  }

  /** The host has met an error. What came before it is handed over first; while reading is paused nobody looks. */
  bringFailure(error: unknown): void {
    const { host, life } = this.#transport;
    if (!life.closing) holdUnread(host, this);
    if (life.closing || (this.empty && !this.paused)) return this.#transport.lose(error);
    this.failure ??= { error };
    this.#queue();
  }

  /** The host's socket was closed, and not by us. */
  noteGone(): void {
    this.#gone = true;
    if (this.empty) this.#transport.hostGone(this.peerEnded);
  }

  /** The connection broke while it was written to, and is lost by that: what came before is kept for
   * {@link handOverRest}, unless nobody wants it. A socket that is closed without an error tells that itself. */
  broke(): void {
    const transport = this.#transport;
    const error = this.failure?.error ?? transport.host.errored;
    if (!error || transport.life.lost) return;
    this.broken = this.reading || (this.#wakes && !this.#transport.life.closing && !this.peerEnded);
    // A failure that reading found has had all of it held, and took the reset from the system: it says EPIPE then.
    if (this.broken && this.failure === undefined) holdUnread(transport.host, this);
    const [end, chunks] = [this.end, this.takeAll()];
    transport.lose(error);
    if (!this.broken) return;
    this.end = end;
    for (const chunk of chunks) this.push(chunk);
  }

  /** Gives the host's socket away, with what was read and not handed over put back into it.
   * @throws UsageError after the loss, and when bytes would be lost by it */
  takeSocket(): NodeSocket {
    const { host, life } = this.#transport;
    if (life.lost) throw new UsageError('the transport is closed: there is no socket to take');
    if (this.end && this.hasBytes)
      throw new UsageError('the peer has ended its half, and bytes of it are left: read them first');
    const held = this.takeAll();
    this.stop();
    unlisten(host);
    life.giveAway();
    for (const chunk of held.reverse()) host.unshift(chunk);
    return host;
  }

  handOverRest(): void {
    while (this.broken) {
      const chunk = this.shift();
      if (chunk === undefined) break;
      if (!this.#hand(chunk)) return;
    }
    if (this.broken && this.end) this.#handEnd();
  }

  /** Hands over one of what is held. @internal */
  _run(): Effect {
    this.#queued = false;
    const { life } = this.#transport;
    if (life.closing || this.paused) return NOTHING;
    if (this.#wakes && this.hasBytes) {
      this.#handOver();
      return NOTHING;
    }
    life.run(this.#handOver);
    return DRAIN;
  }

  readonly #handOver = (): void => {
    const { life } = this.#transport;
    const chunk = this.shift();
    if (chunk !== undefined) {
      if (!this.#hand(chunk)) return;
    } else if (this.end) this.#handEnd();
    else if (this.failure !== undefined) return this.#transport.lose(this.failure.error);
    if (!life.closing && !this.paused) this.#goOn();
  };

  // False when that ended the connection.
  #hand(chunk: Buffer): boolean {
    const { life } = this.#transport;
    const { rest, failure } = handOver(life.protocol as StreamProtocol, chunk);
    if (failure !== undefined) {
      this.#transport.fail(failure.error, failure.message);
      return false;
    }
    if (rest !== undefined && (this.broken || !life.closing)) this.unshift(rest);
    return true;
  }

  #handEnd(): void {
    this.end = false;
    this.peerEnded = true;
    try {
      if (!this.#transport.handEnd()) this.#transport.close();
    } catch (error) {
      this.#transport.fail(error, fatalCall('eofReceived'));
    }
  }

  // Reading is wanted: first what is held, then more.
  #goOn(): void {
    if (!this.#started) return;
    if (!this.empty) this.#queue();
    else if (this.#gone) return this.#transport.hostGone(this.peerEnded);
    if (this.#throttled && this.hasBytes) return;
    this.#throttled = false;
    const { host } = this.#transport;
    if (host.isPaused()) host.resume();
  }

  #queue(): void {
    if (this.#queued || this.paused) return;
    this.#queued = true;
    arrived(this.#transport.life.loop, this);
  }
}
