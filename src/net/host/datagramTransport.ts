// The datagram transport of the host backend. Semantics: asyncio's _SelectorDatagramTransport.
//
// 1. `connectionMade`, the beginning of reading and the waiter's result are three callbacks of the loop, in
//    that order; `connectionLost` is called once, after everything else.
// 2. The host tries a datagram at once; what it could not send counts until it is sent (datagramOutput.ts).
// 3. An error of the system is told by `errorReceived`, and the transport goes on.
// 4. Each datagram is an entry of the loop's. The host cannot be told to stop reading: when the loop does not
//    keep up, what comes beyond MOST_HELD is dropped, as the system drops what its buffer has no room for.

import { attempt } from '../../base/attempt.ts';
import type { Future } from '../../core/future/future.ts';
import { enqueue } from '../../loop/engine.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { connectedHearsStrangers } from '../../sys/host/net.ts';
import type { NodeDatagramSocket } from '../../sys/host/net.ts';
import type { DatagramOptions } from '../backend.ts';
import { asOwn } from '../../sys/libc/memory.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { sameAddress } from '../datagram/addressCache.ts';
import { givenAddress } from '../datagram/chosenAddress.ts';
import { FlowControl } from '../../transport/flowControl.ts';
import type { DatagramProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { showEnds } from '../../transport/showAddress.ts';
import { countLostWrite } from '../../transport/lostWriteLog.ts';
import { DatagramTransport } from '../../transport/transport.ts';
import type { InetAddress, SocketAddress, WriteBufferLimits } from '../../transport/transport.ts';
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

export class HostDatagramTransport extends DatagramTransport implements Runnable, LoopResource {
  readonly #loop: Loop;
  readonly #host: NodeDatagramSocket;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #extra: Record<string, unknown>;
  /** Where everything goes, when that was said at the beginning. */
  readonly #address: SocketAddress | undefined;
  readonly #output: DatagramOutput;
  readonly #flow: FlowControl = new FlowControl();
  #protocol: DatagramProtocol | undefined;
  #held: Received[] = [];
  #queued: boolean = false;
  #sendQueued: boolean = false;
  #lost: number = 0;
  #closing: boolean = false;

  constructor(loop: Loop, host: NodeDatagramSocket, protocol: object, options: DatagramOptions) {
    super();
    this.#loop = loop;
    this.#host = host;
    this.#protocol = checkProtocol(protocol) as DatagramProtocol;
    const sockname = attempt(() => fromHostAddress(host.address()));
    const peername = attempt(() => fromHostAddress(host.remoteAddress()));
    this.#output = new DatagramOutput(host, peername !== undefined, this.#sent);
    this.#address = options.remote?.address ?? peername;
    const socket = { nodeSocket: host, getsockname: () => sockname, getpeername: () => peername };
    this.#extra = { socket, sockname, peername };
    host.on('error', this.#onError);
    loop.resources.add(this);
  }

  /** @internal */
  _begin(waiter: Future<void>): void {
    const loop = this.#loop;
    loop.callSoon(() => this.#protocol?.connectionMade(this));
    loop.callSoon(() => {
      if (!this.#closing) this.#host.on('message', this.#onMessage);
    });
    loop.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return (this.#extra[name] as T | undefined) ?? fallback;
  }

  setProtocol(protocol: unknown): void {
    this.#protocol = protocol as DatagramProtocol;
  }

  getProtocol(): unknown {
    return this.#protocol;
  }

  isClosing(): boolean {
    return this.#closing;
  }

  sendto(data: Uint8Array, address?: SocketAddress): void {
    checkBytes(data, 'data');
    const to = destination(this.#address, givenAddress(address));
    if (this.#lost > 0) {
      this.#lost = countLostWrite(this.#lost, 'datagrams are sent by a closed transport');
      return;
    }
    this.#output.send(data, to);
    this.#flow.rose(this.#output.size, this, this.#loop);
  }

  close(): void {
    if (this.#closing) return;
    this.#stopReading();
    if (this.#output.size === 0) this.#scheduleLoss();
  }

  abort(): void {
    if (this.#lost > 0) return;
    this.#stopReading();
    this.#output.clear();
    this.#scheduleLoss();
    closeQuietly(this.#host);
  }

  getWriteBufferSize(): number {
    return this.#output.size;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#flow.setLimits(limits);
    this.#flow.rose(this.#output.size, this, this.#loop);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return { low: this.#flow.low, high: this.#flow.high };
  }

  /** Hands over one of what is held. @internal */
  _run(): Effect {
    this.#queued = false;
    const next = this.#held.shift();
    if (next === undefined || this.#lost > 0) return NOTHING;
    this.#context.run(() => this.#handOver(next));
    if (this.#held.length > 0) this.#queue();
    return DRAIN;
  }

  #handOver(received: Received): void {
    const protocol = this.#protocol;
    const what = 'error' in received ? 'errorReceived' : 'datagramReceived';
    try {
      if ('error' in received) protocol?.errorReceived(fromHostError(received.error));
      else {
        const { address, port, family } = received.sender;
        protocol?.datagramReceived(asOwn(received.data), inetAddress(address, port, family));
      }
    } catch (exception) {
      const message = `Exception in callback ${what}`;
      reportFailure(this.#loop, { message, exception, transport: this, protocol });
    }
  }

  readonly #onMessage = (data: Buffer, sender: Sender): void => {
    if (connectedHearsStrangers && !this.#knows(sender)) return;
    if (this.#held.length < MOST_HELD) this.#receive({ data, sender });
  };

  #knows({ address, port, family }: Sender): boolean {
    const peer = this.#extra['peername'] as InetAddress | undefined;
    return peer === undefined || sameAddress(peer, inetAddress(address, port, family));
  }

  readonly #onError = (error: unknown): void => this.#receive({ error });

  #receive(received: Received): void {
    if (this.#lost > 0) return;
    this.#held.push(received);
    this.#queue();
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    enqueue(this.#loop, this);
  }

  readonly #sent = (error: unknown): void => {
    if (this.#lost > 0) return;
    if (error instanceof Error) this.#receive({ error });
    const { size } = this.#output;
    const done = size === 0 && this.#closing;
    if (this.#sendQueued || !(done || (this.#flow.paused && size <= this.#flow.low))) return;
    this.#sendQueued = true;
    this.#context.run(() => void this.#loop.callSoon(() => this.#sentAll()));
  };

  #sentAll(): void {
    this.#sendQueued = false;
    if (this.#lost > 0) return;
    this.#flow.fell(this.#output.size, this, this.#loop);
    if (this.#closing && this.#output.size === 0) this.#scheduleLoss();
  }

  #stopReading(): void {
    this.#closing = true;
    this.#held = [];
    this.#host.off('message', this.#onMessage);
  }

  #scheduleLoss(): void {
    this.#lost++;
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection()));
  }

  #loseConnection(): void {
    try {
      this.#protocol?.connectionLost(undefined);
    } finally {
      this.#letGo();
    }
  }

  #letGo(): void {
    this.#protocol = undefined;
    this.#loop.resources.remove(this);
    this.#host.once('close', () => this.#host.off('error', this.#onError));
    closeQuietly(this.#host);
  }

  /** @internal */
  loopStopped(): void {
    this.#host.unref();
  }

  /** @internal */
  loopStarted(): void {
    this.#host.ref();
  }

  /** @internal */
  loopClosed(): void {
    this.#lost++;
    this.#stopReading();
    this.#letGo();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#protocol === undefined ? 'closed' : this.#closing ? 'closing' : 'open';
    const { sockname, peername } = this.#extra as { sockname?: SocketAddress; peername?: SocketAddress };
    return `<DatagramTransport${showEnds(sockname, peername)} ${state} waiting=${this.#output.size}>`;
  }
}
