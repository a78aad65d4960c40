// The life of a transport, from `connectionMade` to `connectionLost`. Every transport has one of these, and adds to it
// how bytes are received and sent.
//
//     OPEN ──close──> CLOSING ──lose──> LOSING ──end──> OVER
//       └───────────────lose──────────────┘
//
// 1. A transport that is made is its loop's (loop/resources.ts) and its server's, until it is over. The constructor
//    is the last thing in a transport's own that may throw.
// 2. `connectionMade` and the beginning of reading are one callback of the loop, the waiter's result is the next.
// 3. CLOSING: nothing more is read, what waits is still written. LOSING: nothing is read or written any more, and
//    `connectionLost` is scheduled. It is called once, after everything else; then the transport lets go of what it
//    had open (`release`). A transport that is OVER has no protocol.
// 4. A loop that is closed, and a socket that is given away, take a transport to OVER without a word to its protocol.
// 5. The protocol's callbacks run in the context in which the transport was made.
// 6. What a protocol throws reaches nobody but the loop's exception handler.
//
// It is a CallbackContext instead of having one, which saves each connection an object.

import { className } from '../base/show.ts';
import type { Future } from '../core/future/future.ts';
import { checkOpen, enqueue } from '../loop/engine.ts';
import { reportFailure } from '../loop/failures.ts';
import type { Loop } from '../loop/loop.ts';
import type { LoopResource } from '../loop/resources.ts';
import { DRAIN } from '../loop/runnable.ts';
import type { Effect, Runnable } from '../loop/runnable.ts';
import { report } from '../sys/host/report.ts';
import { CallbackContext } from './callbackContext.ts';
import { lostTo } from './lostTo.ts';
import type { BaseProtocol } from './protocol.ts';
import { callFailed } from './protocolFailure.ts';
import { checkProtocol } from './protocolFactory.ts';
import { showEnds } from './showAddress.ts';
import type { BaseTransport } from './transport.ts';
import { resourcesOf } from '../loop/resources.ts';

const OPEN = 0;
const CLOSING = 1;
const LOSING = 2;
const OVER = 3;

/** How many writes to what is lost asyncio lets pass in silence. */
const QUIET_WRITES = 4;

/** A transport, as its life cycle sees it. */
export interface Living extends BaseTransport {
  /** Closes what it has open: `connectionLost` was called, or its loop is closed. @internal */
  release(): void;
  /** Whether the process stays alive for it, as far as that is the host's to say: the loop runs, or rests.
   * @internal */
  keepAlive?(keep: boolean): void;
  /** `connectionLost` is next: hands over what is still to be, and returns the error to call it with. @internal */
  beforeLoss?(error: unknown): unknown;
}

/** Who made a transport and counts it: a server. */
export interface TransportOwner {
  /** @internal */ attach(transport: BaseTransport): void;
  /** The transport is over. @internal */ detach(transport: BaseTransport): void;
}

export interface LifeOptions {
  /** For `getExtraInfo`. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  readonly server?: TransportOwner | undefined;
}

/** Waits until a new transport has begun, and returns it: `waiter` is the one given to {@link LifeCycle.begin}. Nobody
 * else has the transport before that, so a cancel and a failure end it, by `giveUp`. */
export async function begun<T>(
  transport: T,
  waiter: Future<void>,
  giveUp: (transport: T) => void,
): Promise<T> {
  try {
    await waiter;
  } catch (error) {
    giveUp(transport);
    throw error;
  }
  return transport;
}

/** A callback of a transport's: as the loop's own, without a handle for anybody to cancel. */
class LifeEntry implements Runnable {
  readonly #life: LifeCycle;
  readonly #callback: () => void;

  constructor(life: LifeCycle, callback: () => void) {
    this.#life = life;
    this.#callback = callback;
  }

  /** @internal */
  _run(): Effect {
    const { loop } = this.#life;
    const began = loop.getDebug() ? loop.time() : -1;
    try {
      this.#life.run(this.#callback);
    } catch (exception) {
      this.#life.report("Exception in a transport's callback", exception);
    }
    if (began >= 0) loop.noteDuration(this.#life, loop.time() - began);
    return DRAIN;
  }
}

export class LifeCycle<P extends BaseProtocol = BaseProtocol>
  extends CallbackContext
  implements LoopResource
{
  /** Undefined once it is over. */
  protocol: P | undefined;
  readonly #transport: Living;
  readonly #extra: Readonly<Record<string, unknown>> | undefined;
  #server: TransportOwner | undefined;
  #state: typeof OPEN | typeof CLOSING | typeof LOSING | typeof OVER = OPEN;
  /** How often somebody wrote to what is lost. */
  #lateWrites: number = 0;

  /** @throws InvalidArgumentError for a protocol that is no object */
  constructor(loop: Loop, transport: Living, protocol: unknown, { extra, server }: LifeOptions = {}) {
    super(loop);
    this.protocol = checkProtocol(protocol) as P;
    this.#transport = transport;
    this.#extra = extra;
    this.#server = server;
    server?.attach(transport);
    resourcesOf(loop).add(this);
  }

  /** Close was called, or the connection is lost. */
  get closing(): boolean {
    return this.#state !== OPEN;
  }

  /** Nothing is read or written any more. */
  get lost(): boolean {
    return this.#state >= LOSING;
  }

  /** `connectionLost` was called, or never will be. */
  get over(): boolean {
    return this.#state === OVER;
  }

  /** For printing. */
  get state(): 'open' | 'closing' | 'closed' {
    return this.over ? 'closed' : this.closing ? 'closing' : 'open';
  }

  getExtraInfo<T>(name: string, fallback: T | undefined): T | undefined {
    const extra = this.#extra;
    return extra !== undefined && Object.hasOwn(extra, name) ? ((extra[name] as T) ?? fallback) : fallback;
  }

  /** @throws InvalidArgumentError for a protocol that is no object */
  setProtocol(protocol: unknown): void {
    this.protocol = checkProtocol(protocol) as P;
  }

  /** Schedules what a transport begins with. */
  begin(start?: () => void, waiter?: Future<void>): void {
    this.callSoon(() => {
      this.tell('connectionMade', (protocol) => protocol.connectionMade(this.#transport));
      start?.();
    });
    if (waiter !== undefined) this.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  /** From now on it is closing. False when it was already. */
  close(): boolean {
    if (this.#state !== OPEN) return false;
    this.#state = CLOSING;
    return true;
  }

  /** The connection is lost: schedules `connectionLost`, unless it is already. */
  lose(error: unknown): void {
    if (this.beginLoss()) this.scheduleEnd(error);
  }

  /** As {@link lose}, for a caller that schedules the end later. False when the connection was lost before. */
  beginLoss(): boolean {
    if (this.#state >= LOSING) return false;
    this.#state = LOSING;
    return true;
  }

  scheduleEnd(error: unknown): void {
    if (!this.over) this.callSoon(() => this.end(error));
  }

  /** Calls `connectionLost`, now; for entries of the loop. */
  end(error: unknown): void {
    if (this.#state === OVER) return;
    this.#state = LOSING;
    const transport = this.#transport;
    const cause = transport.beforeLoss === undefined ? error : transport.beforeLoss(error);
    const told = lostTo(cause, transport);
    this.tell('connectionLost', (protocol) => protocol.connectionLost(told));
    this.giveAway();
    this.#transport.release();
  }

  /** What the transport had open is somebody else's: it is over, and its protocol hears nothing more. */
  giveAway(): void {
    this.#state = OVER;
    this.protocol = undefined;
    resourcesOf(this.loop).remove(this);
    this.#server?.detach(this.#transport);
    this.#server = undefined;
  }

  /** Schedules `callback` in the protocol's context. @throws UsageError when the loop is closed */
  callSoon(callback: () => void): void {
    checkOpen(this.loop);
    enqueue(this.loop, new LifeEntry(this, callback));
  }

  /** Calls the protocol. What it throws is reported, and the transport goes on. */
  tell(method: string, call: (protocol: P) => void): void {
    const { protocol } = this;
    if (protocol === undefined) return;
    try {
      call(protocol);
    } catch (exception) {
      this.report(callFailed(method), exception);
    }
  }

  /** Calls what somebody else than the protocol has left to be called, in the protocol's context. */
  tellOthers(what: string, call: () => void): void {
    try {
      this.run(call);
    } catch (exception) {
      this.report(`${what} failed`, exception);
    }
  }

  report(message: string, exception: unknown): void {
    const [transport, protocol] = [this.#transport, this.protocol];
    reportFailure(this.loop, { message, exception, transport, protocol });
  }

  /** Somebody writes to what is closing or lost; `what` is the sentence that says so, once. */
  noteLateWrite(what: string): void {
    if (++this.#lateWrites !== QUIET_WRITES + 1) return;
    const ends = showEnds(
      this.#transport.getExtraInfo('sockname'),
      this.#transport.getExtraInfo('peername'),
    );
    report('warning', () => `${what}${ends}: stop when drain() throws or isClosing() is true`);
  }

  isClosing(): boolean {
    return this.closing;
  }

  loopStopped(): void {
    this.#transport.keepAlive?.(false);
  }

  loopStarted(): void {
    this.#transport.keepAlive?.(true);
  }

  loopClosed(): void {
    if (this.#state === OVER) return;
    this.#state = OVER;
    this.protocol = undefined;
    this.#server = undefined;
    this.#transport.release();
  }

  loopDescription(): string {
    return className(this.#transport);
  }
}
