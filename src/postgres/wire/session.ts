// A session: one connection to the server, with one exchange at a time.
//
// 1. Who waits for an exchange and is cancelled goes on only when the connection is quiet: the server has answered, and the
//    end of the cancel request's own connection has come. So a late cancel never hits what comes next.
//    A request that reaches the server before the query does ends nothing: the server is asked again.
// 2. That wait is bounded by `cancelTimeout`. Then, and when a request went out whose end is unknown, the connection is cut.
// 3. A cancel before anything is written sends nothing. A cancel in the very turn in which the exchange ends has nothing to
//    call off.
// 4. A connection that is gone stays gone: `lostBy` says why, and every later use is refused with it.
// 5. It is a resource of its loop, and ends with it. Cut off in the middle of something, the server is asked to end that.
// 6. What this side does for an exchange (the data of a COPY, sets of arguments) ends when the server has no use for it any
//    more, be its source silent.
// 7. What the server says and the driver cannot read ends the connection, and not the process.

import { CancelScope, getRunningLoop, moveOnAfter, UsageError, wrapFuture } from '../../asyncio.ts';
import type { EventLoop, Future } from '../../asyncio.ts';
import { addResource, checkpoint, explainWait, isCancelDue } from '../../lowlevel.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import { PostgresError } from '../errors/postgresError.ts';
import type { ServerReport } from '../errors/postgresError.ts';
import { CancelRequest } from './cancelRequest.ts';
import type { CancelOutcome, CancelTarget } from './cancelRequest.ts';
import type { Driver, DriverClient, NotificationMessage, ReportMessage, Wire } from './driver.ts';
import type { Exchange } from './exchange.ts';
import { connectionLost, serverReport, toError } from './failures.ts';
import type { Settings } from './settings.ts';

/** How long the server has for an answer before it is asked again, in milliseconds; twice as long each time. */
const ASKED_AGAIN_AFTER = 50;

/** Where the session stands: outside of a transaction, in one, in one that has failed. */
export type TransactionStatus = 'idle' | 'inTransaction' | 'failed';

/** What comes without being asked for. */
export interface SessionEvents {
  notice?(report: ServerReport): void;
  notification?(message: NotificationMessage): void;
  lost?(): void;
}

export class Session {
  readonly settings: Settings;
  /** Who hears what comes without being asked for. */
  events: SessionEvents = {};
  /** Settings of the server that it reports, such as `server_version`. */
  readonly serverSettings: Map<string, string> = new Map();
  readonly #loop: EventLoop;
  readonly #client: DriverClient;
  readonly #target: CancelTarget;
  readonly #forget: () => void;
  readonly #gone: Promise<void>;
  #exchange: Exchange | undefined = undefined;
  #status: string = 'I';
  #isClosing: boolean = false;
  #lost: { readonly cause: unknown } | undefined = undefined;

  private constructor(settings: Settings, client: DriverClient, gone: Promise<void>) {
    this.settings = settings;
    this.#client = client;
    this.#gone = gone;
    this.#loop = getRunningLoop();
    this.#target = targetOf(client, settings);
    this.#forget = addResource(this.#loop, {
      description: `Postgres connection to ${where(settings)}`,
      close: () => this.destroy(),
      end: () => this.close(),
      rest: () => client.unref(),
      resume: () => client.ref(),
      isClosing: () => this.#isClosing,
    });
  }

  /** Connects; a cancel cuts the attempt off. */
  static async open(driver: Driver, settings: Settings): Promise<Session> {
    if (isCancelDue()) await checkpoint();
    const client = new driver.Client({ ...settings.driverConfig });
    const wire = client.connection;
    const gone = new Promise<void>((resolve) => wire.on('end', resolve));
    const reported: Map<string, string> = new Map();
    let early: unknown;
    let session: Session | undefined;
    wire.on<{ parameterName: string; parameterValue: string }>('parameterStatus', (status) =>
      (session?.serverSettings ?? reported).set(status.parameterName, status.parameterValue),
    );
    client.on<unknown>('error', (error) => {
      early ??= error;
      session?.lose(error);
    });
    wire.on('end', () => session?.lose(undefined));
    const connecting = client.connect();
    guardReading(wire, client.ssl !== false);
    try {
      await wrapFuture(connecting);
      session = new Session(settings, client, gone);
      if (early !== undefined) throw early;
    } catch (error) {
      connecting.catch(() => {});
      wire.stream.destroy();
      await shielded(gone);
      session?.lose(error);
      throw toError(error, settings);
    }
    session.#listen();
    for (const [name, value] of reported) session.serverSettings.set(name, value);
    return session;
  }

  /** The number of the server's process, as pg_stat_activity has it. */
  get processID(): number {
    return this.#target.processID;
  }
  /** What who waits for an exchange is said to wait for. */
  get waitedFor(): string {
    return `an answer of PostgreSQL's process ${this.processID}`;
  }
  get isClosed(): boolean {
    return this.#isClosing || this.#lost !== undefined;
  }
  /** Why it is gone, where that is known. */
  get lostBy(): unknown {
    return this.#lost?.cause;
  }
  get isBusy(): boolean {
    return this.#exchange !== undefined;
  }
  get status(): TransactionStatus {
    return this.#status === 'I' ? 'idle' : this.#status === 'T' ? 'inTransaction' : 'failed';
  }

  /** Has an exchange and waits until it is over.
   * @param drive what this side does meanwhile, such as sending the data of a COPY; its error calls the exchange off
   * @throws what the server refused, or what went wrong here */
  async perform(exchange: Exchange, drive?: () => Promise<void>): Promise<void> {
    this.checkUsable();
    if (isCancelDue()) {
      await checkpoint();
      this.checkUsable();
    }
    const over = this.#awaitable(exchange);
    this.begin(exchange);
    try {
      if (drive !== undefined) await whileWanted(exchange, drive);
      await over;
    } catch (error) {
      await this.callOff(exchange);
      throw error;
    }
    this.checkOutcome(exchange);
  }

  /** Begins an exchange for somebody who knows that the session has nothing else to do, and hears of the end by `onOver`.
   * Cancelled before that, he calls it off. */
  begin(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#client.query(exchange);
  }

  /** @throws what went wrong in an exchange that is over */
  checkOutcome({ failure }: Exchange): void {
    if (failure === undefined) return;
    const error = toError(failure, this.settings);
    // A stack has ten lines: without those that made the error it reaches the program.
    if (error instanceof PostgresError) Error.captureStackTrace(error, this.checkOutcome);
    throw error;
  }

  /** @throws InterfaceError when it is closed, or has something else to do; UsageError on another loop */
  checkUsable(): void {
    if (this.#lost !== undefined && !this.#isClosing) throw connectionLost(this.#lost.cause, 'is gone');
    if (this.isClosed) throw new InterfaceError('the connection is closed');
    if (this.#exchange !== undefined) {
      throw new InterfaceError(
        'another operation is in progress on this connection: await it first, or take another connection of a pool',
      );
    }
    if (getRunningLoop() !== this.#loop) {
      throw new UsageError('a connection is used on the loop on which it was made');
    }
  }

  /** Reading stops, and with it the server, until {@link resume}. */
  pause(): void {
    this.#client.connection.stream.pause();
  }

  resume(): void {
    this.#client.connection.stream.resume();
  }

  /** Waits until the bytes that were written are few again. */
  async drained(exchange: Exchange): Promise<void> {
    const { stream } = this.#client.connection;
    if (!stream.writableNeedDrain || exchange.isOver || this.#lost !== undefined) return;
    const ready: Future<void> = this.#loop.createFuture();
    const wake = (): void => void (ready.done() || ready.setResult());
    stream.once('drain', wake).once('close', wake);
    try {
      await ready;
    } finally {
      stream.off('drain', wake).off('close', wake);
    }
  }

  /** Says good-bye and waits for the end of the connection; cuts it when something is in progress. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      if (this.#exchange !== undefined) this.destroyBusy();
      else if (this.#lost !== undefined) this.destroy();
      else this.#client.end().catch(() => {});
      // The end of a connection that is not read is not seen.
      this.resume();
    }
    const ended = await moveOnAfter(this.settings.cancelTimeout, () => wait(this.#gone), { shield: true });
    if (ended === undefined) this.destroy();
    await shielded(this.#gone);
  }

  /** Cuts it. What it does is ended by the server when that hears of it, for which nobody waits. */
  destroy(cause?: unknown): void {
    this.#isClosing = true;
    if (this.#exchange !== undefined) new CancelRequest(this.#target).unref();
    this.#client.connection.stream.destroy();
    this.lose(cause);
  }

  /** Cuts it when something is in progress that nobody has waited for. */
  destroyBusy(): void {
    this.destroy(
      new InterfaceError(
        'it was closed, or given back to its pool, before that was done: await it first (`return await …` in a block with `await using`)',
      ),
    );
  }

  lose(cause: unknown): void {
    if (this.#lost !== undefined) return;
    this.#lost = { cause };
    this.#forget();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange !== undefined) {
      exchange.fail(connectionLost(cause, 'was closed in the middle of an operation'));
      exchange.over();
    }
    this.events.lost?.();
  }

  #listen(): void {
    const wire = this.#client.connection;
    wire.on<{ status: string }>('readyForQuery', ({ status }) => {
      this.#status = status;
      const exchange = this.#exchange;
      this.#exchange = undefined;
      exchange?.over();
    });
    wire.on<{ dataTypeIDs: number[] }>('parameterDescription', (message) =>
      this.#exchange?.handleParameterDescription(message.dataTypeIDs),
    );
    wire.on('noData', () => this.#exchange?.handleNoData());
    this.#client.on<ReportMessage>('notice', (message) => this.events.notice?.(serverReport(message)));
    this.#client.on<NotificationMessage>('notification', (message) => this.events.notification?.(message));
  }

  #awaitable(exchange: Exchange): Future<void> {
    const over: Future<void> = explainWait(this.#loop.createFuture<void>(), {
      what: this.waitedFor,
      sort: 'query',
    });
    exchange.onOver = () => {
      if (!over.done()) over.setResult();
    };
    return over;
  }

  /** Nobody waits for the exchange any more: has the server end it, and comes back when the connection is quiet. */
  async callOff(exchange: Exchange): Promise<void> {
    if (exchange.isOver) return;
    exchange.abort();
    this.resume();
    let request = new CancelRequest(this.#target);
    const answered = new Promise<void>((resolve) => {
      exchange.onOver = () => {
        request.callBack();
        resolve();
      };
    });
    const end = async (): Promise<CancelOutcome> => {
      for (let pause = ASKED_AGAIN_AFTER; ; pause *= 2) {
        const outcome = await wait(request.ended);
        if (outcome === 'sent') await moveOnAfter(pause, () => wait(answered));
        else await wait(answered);
        if (exchange.isOver) return outcome;
        request = new CancelRequest(this.#target);
      }
    };
    const outcome = await moveOnAfter(this.settings.cancelTimeout, end, { shield: true });
    if (outcome !== undefined && outcome !== 'unknown') return;
    request.destroy();
    this.lose(new InterfaceError('the server did not say in time that a query is cancelled'));
    this.destroy();
  }
}

/** Does this side's part of an exchange, unless that is over before. */
async function whileWanted(exchange: Exchange, drive: () => Promise<void>): Promise<void> {
  const scope = new CancelScope();
  const { onOver } = exchange;
  exchange.onOver = () => {
    onOver?.();
    if (!exchange.outlasts) scope.cancel();
  };
  if (exchange.isOver && !exchange.outlasts) return;
  await scope.run(drive);
}

/** Whatever the driver throws while it reads would end the process. */
function guardReading(wire: Wire, isSecure: boolean): void {
  const guard = (): void => {
    const { stream } = wire;
    for (const listener of stream.listeners('data')) {
      stream.off('data', listener as () => void);
      stream.on('data', (bytes) => {
        try {
          listener.call(stream, bytes);
        } catch (cause) {
          stream.destroy(new InterfaceError(`cannot read what the server says (${cause})`, { cause }));
        }
      });
    }
  };
  // Before that it waits for one byte.
  if (isSecure) wire.on('sslconnect', guard);
  else guard();
}

function wait<T>(promise: Promise<T>): Future<T> {
  return wrapFuture(promise);
}

async function shielded(promise: Promise<unknown>): Promise<void> {
  await new CancelScope({ shield: true }).run(() => wrapFuture(promise));
}

export function where({ parameters: { host, port, database } }: Settings): string {
  return host.startsWith('/') ? `${database} in ${host}` : `${database} at ${host}:${port}`;
}

function targetOf(client: DriverClient, settings: Settings): CancelTarget {
  const { stream } = client.connection;
  const { host, port } = settings.parameters;
  const direct = settings.driverConfig['sslnegotiation'] === 'direct';
  return {
    address: host.startsWith('/')
      ? { path: `${host}/.s.PGSQL.${port}` }
      : { host: stream.remoteAddress ?? host, port: stream.remotePort ?? port },
    processID: client.processID ?? 0,
    secretKey: client.secretKey ?? 0,
    tls:
      client.ssl === false ? undefined : { host, direct, options: client.ssl === true ? {} : client.ssl },
  };
}
