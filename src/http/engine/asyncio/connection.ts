// One connection of a client's: bytes in, requests handed out one at a time, responses in their order.
//
//     IDLE ──bytes──> HEAD ──complete──> BUSY ──answered──> IDLE
//                       └──bad──> LINGERING <──last one─────┘
//     any of them ──the connection is lost, or leaves HTTP──> GONE
//
// 1. While a request is BUSY, what comes behind it is held, up to a limit, then reading rests. So the parser never runs
//    ahead, and the answers are in order whatever the handlers do.
// 2. A connection that we end lingers: our half is shut, and what the client still sends is passed over for a while.
//    Closed with bytes unread, the system would send a reset, and the client would lose the answer that says why. One
//    whose client still takes what was sent, however slowly, lives until that is out.
// 3. `deadline` counts in ticks of the server's one timer (asyncioServer.ts); setting it costs nothing.
// 4. A client that shuts its half has gone, as with node:http.

import { BufferedProtocol, toNodeSocket } from '../../../asyncio.ts';
import type { SocketAddress, Transport } from '../../../asyncio.ts';
import type { Upgraded } from '../exchange.ts';
import { HttpBodyError } from '../httpBodyError.ts';
import { Backlog } from './backlog.ts';
import { ReadGate, WriteGate } from './gates.ts';
import { Http1Exchange } from './http1Exchange.ts';
import type { Line } from './http1Exchange.ts';
import { OK } from './llhttp.ts';
import { writeText } from './outbox.ts';
import type { Owner } from './owner.ts';
import { MORE, readHead } from './readHead.ts';
import { RequestBody } from './requestBody.ts';
import type { BodyFlow } from './requestBody.ts';
import { RequestParser } from './requestParser.ts';
import { refusalText } from './refusals.ts';

const IDLE = 0;
const HEAD = 1;
const BUSY = 2;
const LINGERING = 3;
const GONE = 4;

/** What is passed over of a body that nobody reads, to keep the connection. */
const MOST_PASSED_OVER: number = 64 * 1024;
/** What a client may go on sending to a connection that is ended. */
const MOST_LINGERED: number = 1024 * 1024;
const LINGER_TIME: number = 2000;
const NEVER: number = Infinity;
const ENDED = 'the client has ended the connection';

export class Connection extends BufferedProtocol implements Line, BodyFlow {
  transport!: Transport;
  secure: boolean = false;
  /** The tick of the server's at which something is to end. */
  deadline: number = NEVER;
  readonly #server: Owner;
  readonly #parser: RequestParser;
  #phase: typeof IDLE | typeof HEAD | typeof BUSY | typeof LINGERING | typeof GONE = IDLE;
  #exchange: Http1Exchange | undefined = undefined;
  #body: RequestBody | undefined = undefined;
  readonly #backlog: Backlog = new Backlog();
  #kicked: boolean = false;
  #expectsContinue: boolean = false;
  #flushing: boolean = false;
  #requests: number = 0;
  #lingered: number = 0;
  /** What the system had not taken when it was looked at last. */
  #unsent: number = 0;
  readonly #toRead: ReadGate = new ReadGate(() => {
    this.#clientLeft(ENDED);
    this.transport.abort();
  });
  readonly #toWrite: WriteGate = new WriteGate();

  constructor(server: Owner) {
    super();
    this.#server = server;
    const { maxFields, maxHeadSize } = server.limits;
    this.#parser = new RequestParser(server.llhttp, maxFields, maxHeadSize);
  }

  get remoteAddress(): SocketAddress | undefined {
    return this.transport.getExtraInfo('peername');
  }

  get localAddress(): SocketAddress | undefined {
    return this.transport.getExtraInfo('sockname');
  }

  get roomToWrite(): boolean {
    return this.#toWrite.open;
  }

  override connectionMade(transport: Transport): void {
    this.transport = transport;
    this.secure = transport.getExtraInfo('sslcontext') !== undefined;
    this.#server.made(this);
    this.#setDeadline(this.#server.limits.headTimeout);
  }

  override getBuffer(): Uint8Array {
    return this.#server.llhttp.room;
  }

  override bufferUpdated(count: number): void {
    switch (this.#phase) {
      case IDLE:
        this.#phase = HEAD;
        this.#setDeadline(this.#server.limits.headTimeout);
        return this.#parseHead(count);
      case HEAD:
        return this.#parseHead(count);
      case BUSY:
        return this.#parser.complete ? this.#hold(count) : this.#parseBody(count);
      case LINGERING:
        this.#lingered += count;
        if (this.#lingered > MOST_LINGERED) this.transport.abort();
        return;
      default:
    }
  }

  override eofReceived(): void {
    if (this.#phase === HEAD && this.#parser.begun) this.#refuse(400, 'the head was cut off');
    this.#clientLeft(ENDED);
  }

  override connectionLost(error: unknown): void {
    if (this.#phase === GONE) return;
    this.#clientLeft(error instanceof Error ? error.message : 'the connection was closed');
    this.#leave();
  }

  override pauseWriting(): void {
    this.#toWrite.shut();
  }

  override resumeWriting(): void {
    this.#toWrite.release();
    if (!this.#backlog.empty && this.#phase === HEAD) this.#kick();
  }

  /** Its deadline has come. */
  expired(): void {
    this.deadline = NEVER;
    switch (this.#phase) {
      case HEAD:
        return this.#refuse(408, 'the head did not come in time');
      case BUSY:
        return this.#bodyFailed(408, 'the body did not come in time');
      default:
        if (this.#stillTakes()) return this.#setDeadline(this.#server.limits.headTimeout);
        if (this.#phase === IDLE && this.#unsent === 0) this.transport.close();
        else this.transport.abort();
    }
  }

  // A client that takes what was sent, however slowly, is not to lose the rest of it.
  #stillTakes(): boolean {
    const before = this.#unsent;
    this.#unsent = this.transport.getWriteBufferSize();
    return this.#unsent > 0 && this.#unsent !== before;
  }

  /** The server accepts no more: an idle connection has no purpose. */
  stop(): void {
    if (this.#phase === IDLE) this.transport.close();
  }

  /** Requests that were held have their turn. */
  goOn(): void {
    this.#kicked = false;
    if (this.#phase !== HEAD || this.#backlog.empty || !this.roomToWrite) return;
    this.#parseHead(this.#backlog.toParser(this.#parser));
    this.#applyHeld();
  }

  goesOn(wishesClose: boolean): boolean {
    const { limits, stopping } = this.#server;
    const parser = this.#parser;
    if (wishesClose || !parser.keepAlive || stopping || this.#requests >= limits.maxRequestsPerConnection)
      return false;
    if (this.#body === undefined || parser.complete) return true;
    const size = this.#exchange?.bodySize;
    return !this.#expectsContinue && size !== undefined && size - this.#body.received <= MOST_PASSED_OVER;
  }

  answered(last: boolean): void {
    this.#exchange = undefined;
    if (this.#phase === GONE) return;
    if (last) this.#end();
    else if (this.#parser.complete) this.#next();
    else this.#body?.discard();
  }

  async drained(): Promise<void> {
    if (this.#phase !== GONE) await this.#toWrite.wait();
  }

  flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#server.loop.callSoon(() => {
      this.#flushing = false;
      this.#exchange?.flush();
    });
  }

  mayUpgrade(exchange: Http1Exchange): boolean {
    return this.#exchange === exchange && this.#parser.upgrade;
  }

  async giveAway(exchange: Http1Exchange): Promise<Upgraded> {
    if (this.#exchange !== exchange || !this.#parser.complete)
      throw new HttpBodyError(500, 'the connection is not at the end of this request');
    const socket = await toNodeSocket(this.transport);
    const head = this.#backlog.take();
    this.#exchange = undefined;
    this.#leave();
    exchange.left();
    return { socket, head };
  }

  pauseBody(): void {
    this.#setReading(true);
  }

  resumeBody(): void {
    this.#setReading(false);
  }

  bodyWanted(): void {
    if (!this.#expectsContinue) return;
    this.#expectsContinue = false;
    if (this.#exchange?.responded === false) writeText(this.transport, 'HTTP/1.1 100 Continue\r\n\r\n');
  }

  #setDeadline(time: number): void {
    this.deadline = this.#server.tickIn(time);
  }

  #parseHead(count: number): void {
    const host = readHead(this.#parser, count, this.#server.limits.maxHeadSize);
    if (host === MORE) return;
    if (typeof host !== 'string') return this.#refuse(host.status, host.reason);
    this.#holdRest(count);
    this.#handOut(host);
  }

  #handOut(host: string): void {
    const parser = this.#parser;
    let body: RequestBody | undefined;
    if (parser.bodySize > 0 || !parser.complete) {
      body = new RequestBody(this, parser.llhttp);
      body.begin(parser);
      if (parser.complete) body.end();
    }
    const exchange = new Http1Exchange(this, parser, host, body);
    if (body !== undefined && !this.#bodyFits(exchange, body)) return;
    if (parser.trailers !== undefined && parser.complete) exchange.trailersCame(parser.trailers);
    this.#phase = BUSY;
    this.#requests++;
    this.#body = body;
    this.#exchange = exchange;
    if (parser.complete) this.deadline = NEVER;
    else this.#setDeadline(this.#server.limits.requestTimeout);
    this.#server.onExchange(exchange);
    body?.keep();
  }

  // Looks at what a head says of its body.
  #bodyFits(exchange: Http1Exchange, body: RequestBody): boolean {
    const { maxBodySize } = this.#server.limits;
    this.#expectsContinue =
      !body.complete &&
      body.received === 0 &&
      this.#parser.special &&
      exchange.httpVersion === '1.1' &&
      exchange.field('expect') !== undefined;
    if (maxBodySize === Infinity) return true;
    const size = body.complete ? body.received : (exchange.bodySize ?? body.received);
    if (size <= maxBodySize) return true;
    this.#refuse(413, 'the body is too large');
    return false;
  }

  #parseBody(count: number): void {
    const parser = this.#parser;
    const body = this.#body as RequestBody;
    this.#expectsContinue = false;
    parser.execute(count);
    body.arrive(parser, count);
    const { maxBodySize, maxHeadSize } = this.#server.limits;
    if (body.received > maxBodySize || (!parser.complete && body.padding > maxHeadSize))
      return this.#bodyFailed(413, 'the body, or what its chunks are wrapped in, is too large');
    if (!parser.complete) {
      if (parser.code !== OK) this.#bodyFailed(parser.tooMany ? 431 : 400, parser.reason);
      return;
    }
    this.deadline = NEVER;
    this.#holdRest(count);
    if (parser.trailers !== undefined) this.#exchange?.trailersCame(parser.trailers);
    body.end();
    if (this.#exchange === undefined) this.#next();
  }

  #holdRest(count: number): void {
    this.#backlog.holdRest(this.#parser, count);
    if (this.#backlog.full) this.#applyHeld();
  }

  #hold(count: number): void {
    this.#backlog.hold(this.#parser, 0, count);
    if (this.#backlog.full) this.#applyHeld();
  }

  // The request is answered and all of it was read.
  #next(): void {
    this.#backlog.next(this.#parser);
    this.#body = undefined;
    if (this.#backlog.empty) {
      this.#phase = IDLE;
      this.#unsent = 0;
      this.#setDeadline(this.#server.limits.keepAliveTimeout);
      if (this.#server.stopping) this.transport.close();
    } else {
      this.#phase = HEAD;
      this.#setDeadline(this.#server.limits.headTimeout);
      this.#kick();
    }
  }

  #kick(): void {
    if (this.#kicked) return;
    this.#kicked = true;
    this.#server.goOnSoon(this);
  }

  #refuse(status: number, reason: string): void {
    if (this.#phase === GONE || this.#phase === LINGERING) return;
    this.#server.refused(status, reason, this);
    writeText(this.transport, refusalText(status));
    this.#end();
  }

  #bodyFailed(status: number, message: string): void {
    const exchange = this.#exchange;
    const error = new HttpBodyError(status, message);
    this.#exchange = undefined;
    if (exchange?.responded === false) this.#refuse(status, message);
    else if (exchange === undefined) this.#end();
    else this.transport.abort();
    this.#body?.fail(error);
    exchange?.lost(error);
  }

  // Nothing more is answered.
  #end(): void {
    const clean = this.#parser.complete && this.#backlog.empty;
    this.#phase = LINGERING;
    this.#unsent = 0;
    this.#backlog.take();
    this.#setDeadline(LINGER_TIME);
    if (clean) return this.transport.close();
    this.transport.writeEof();
    this.#setReading(false);
  }

  #clientLeft(message: string): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    const error = new HttpBodyError(499, message);
    this.#body?.fail(error);
    exchange?.lost(error);
  }

  // The connection is not ours any more.
  #leave(): void {
    this.#phase = GONE;
    this.deadline = NEVER;
    this.#backlog.take();
    this.#toRead.forget();
    this.#toWrite.release();
    this.#parser.release();
    this.#server.lost(this);
  }

  #setReading(bodyWaits: boolean): void {
    this.#toRead.bodyWaits = bodyWaits;
    this.#applyHeld();
  }

  #applyHeld(): void {
    if (this.#phase === GONE) return;
    this.#toRead.tooMuchHeld = this.#backlog.full;
    this.#toRead.apply(this.transport);
  }
}
