// The datagram transport of the host backend. Semantics: asyncio's _SelectorDatagramTransport.
//
// 1. The host tries a datagram at once; what it could not send counts until it is sent (datagramOutput.ts).
// 2. An error of the system is told by `errorReceived`, and the transport goes on.
// 3. Each datagram is an entry of the loop's. The host cannot be told to stop reading: when the loop does not
//    keep up, what comes beyond MOST_HELD is dropped, as the system drops what its buffer has no room for.

import { attempt } from '../../base/attempt.ts';
import type { Future } from '../../core/future/future.ts';
import { enqueue } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { connectedHearsStrangers } from '../../sys/host/net.ts';
import type { NodeDatagramSocket } from '../../sys/host/net.ts';
import type { DatagramOptions } from '../backend.ts';
import { asOwn } from '../../sys/libc/memory.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import { sameAddress } from '../datagram/addressCache.ts';
import { givenAddress } from '../datagram/chosenAddress.ts';
import type { DatagramProtocol } from '../../transport/protocol.ts';
import { showEnds } from '../../transport/showAddress.ts';
import { DatagramTransport } from '../../transport/transport.ts';
import type { InetAddress, SocketAddress, WriteBufferLimits } from '../../transport/transport.ts';
import { WriteSide } from '../../transport/writeSide.ts';
import { DatagramOutput } from './datagramOutput.ts';
import { destination } from './destination.ts';
import { fromHostAddress, inetAddress } from './hostAddress.ts';
import { closeQuietly } from './datagramSocket.ts';

const MOST_HELD = 1024;

interface Sender {
  readonly address: string;
  readonly port: number;
  readonly family: string;
}

type Received = { readonly data: Buffer; readonly sender: Sender } | { readonly error: unknown };

export class HostDatagramTransport extends DatagramTransport implements Living, Runnable {
  readonly #host: NodeDatagramSocket;
  /** Where everything goes, when that was fixed at the beginning. */
  readonly #address: SocketAddress | undefined;
  readonly #output: DatagramOutput;
  readonly #life: LifeCycle<DatagramProtocol>;
  readonly #side: WriteSide;
  #held: Received[] = [];
  #queued: boolean = false;
  #sendQueued: boolean = false;

  constructor(
    loop: Loop,
    host: NodeDatagramSocket,
    protocol: object,
    options: DatagramOptions,
    waiter: Future<void>,
  ) {
    super();
    this.#host = host;
    const sockname = attempt(() => fromHostAddress(host.address()));
    const peername = attempt(() => fromHostAddress(host.remoteAddress()));
    this.#output = new DatagramOutput(host, peername !== undefined, this.#sent);
    this.#address = options.remote?.address ?? peername;
    const socket = { nodeSocket: host, getsockname: () => sockname, getpeername: () => peername };
    this.#life = new LifeCycle(loop, this, protocol, { extra: { socket, sockname, peername } });
    this.#side = new WriteSide(this.#life, this.#output);
    host.on('error', this.#onError);
    this.#life.begin(() => {
      if (!this.#life.closing) host.on('message', this.#onMessage);
    }, waiter);
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.#life.getExtraInfo(name, fallback);
  }

  setProtocol(protocol: unknown): void {
    this.#life.setProtocol(protocol);
  }

  getProtocol(): unknown {
    return this.#life.protocol;
  }

  isClosing(): boolean {
    return this.#life.closing;
  }

  sendto(data: Uint8Array, address?: SocketAddress): void {
    checkBytes(data, 'data');
    const to = destination(this.#address, givenAddress(address));
    if (this.#life.lost) return this.#life.noteLateWrite('datagrams are sent by a closed transport');
    this.#output.send(data, to);
    this.#side.rose();
  }

  close(): void {
    if (!this.#life.close()) return;
    this.#stopReading();
    if (this.#output.size === 0) this.#life.lose(undefined);
  }

  abort(): void {
    if (!this.#life.beginLoss()) return;
    this.#stopReading();
    this.#output.clear();
    this.#life.scheduleEnd(undefined);
    closeQuietly(this.#host);
  }

  getWriteBufferSize(): number {
    return this.#output.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#side.limits;
  }

  /** Hands over one of what is held. @internal */
  _run(): Effect {
    this.#queued = false;
    const next = this.#held.shift();
    if (next === undefined || this.#life.lost) return NOTHING;
    this.#life.run(() => this.#handOver(next));
    if (this.#held.length > 0) this.#queue();
    return DRAIN;
  }

  #handOver(received: Received): void {
    if ('error' in received) {
      const error = fromHostError(received.error);
      return this.#life.tell('errorReceived', (protocol) => protocol.errorReceived(error));
    }
    const { address, port, family } = received.sender;
    this.#life.tell('datagramReceived', (protocol) =>
      protocol.datagramReceived(asOwn(received.data), inetAddress(address, port, family)),
    );
  }

  readonly #onMessage = (data: Buffer, sender: Sender): void => {
    if (connectedHearsStrangers && !this.#knows(sender)) return;
    if (this.#held.length < MOST_HELD) this.#receive({ data, sender });
  };

  #knows({ address, port, family }: Sender): boolean {
    const peer = this.getExtraInfo<InetAddress>('peername');
    return peer === undefined || sameAddress(peer, inetAddress(address, port, family));
  }

  readonly #onError = (error: unknown): void => this.#receive({ error });

  #receive(received: Received): void {
    if (this.#life.lost) return;
    this.#held.push(received);
    this.#queue();
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    enqueue(this.#life.loop, this);
  }

  readonly #sent = (error: unknown): void => {
    if (this.#life.lost) return;
    if (error instanceof Error) this.#receive({ error });
    const done = this.#life.closing && this.#output.size === 0;
    if (this.#sendQueued || !(done || this.#side.fallen)) return;
    this.#sendQueued = true;
    this.#life.callSoon(() => this.#sentAll());
  };

  #sentAll(): void {
    this.#sendQueued = false;
    if (this.#life.lost) return;
    this.#side.fell();
    if (this.#life.closing && this.#output.size === 0) this.#life.lose(undefined);
  }

  #stopReading(): void {
    this.#held = [];
    this.#host.off('message', this.#onMessage);
  }

  /** @internal */
  keepAlive(keep: boolean): void {
    if (keep) this.#host.ref();
    else this.#host.unref();
  }

  /** @internal */
  release(): void {
    this.#stopReading();
    this.#host.once('close', () => this.#host.off('error', this.#onError));
    closeQuietly(this.#host);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const ends = showEnds(this.getExtraInfo('sockname'), this.getExtraInfo('peername'));
    return `<DatagramTransport${ends} ${this.#life.state} waiting=${this.#output.size}>`;
  }
}
