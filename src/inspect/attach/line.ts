// The connection to one socket of a thread: requests with numbers, answers, and what is told without being asked for
// (protocol.ts).
//
// 1. A request that is cancelled is forgotten; its answer is dropped. Several may be under way.
// 2. A long answer comes in parts, which are put together before anybody sees them.
// 3. When the connection ends every request fails with AttachError, reason `gone`, and so does every later one.
// 4. The other side is another program: what is no message of the protocol (understood.ts) ends the connection, and every
//    request fails with AttachError, reason `version`.

import { getRunningLoop, Protocol } from '../../asyncio.ts';
import type { Future, WriteTransport } from '../../asyncio.ts';
import type { Requests, SeenTask } from '../../lowlevel.ts';
import { AttachError } from './attachError.ts';
import { isAnswer, isTold, readMessage } from './understood.ts';

interface Waiting {
  readonly method: keyof Requests;
  readonly answer: Future<unknown>;
  readonly parts: SeenTask[];
}

/** The longest message that is taken, in bytes. */
const LONGEST = 1 << 28;

class LineProtocol extends Protocol {
  readonly #received: (text: string) => void;
  readonly #lost: () => void;
  #pieces: Buffer[] = [];
  #length: number = 0;
  transport: WriteTransport | undefined;

  constructor(received: (text: string) => void, lost: () => void) {
    super();
    this.#received = received;
    this.#lost = lost;
  }

  override connectionMade(transport: WriteTransport): void {
    this.transport = transport;
  }

  override dataReceived(data: Buffer): void {
    let from = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, from)) {
      this.#pieces.push(data.subarray(from, end));
      const text = Buffer.concat(this.#pieces).toString();
      this.#pieces = [];
      this.#length = 0;
      from = end + 1;
      this.#received(text);
    }
    if (from === data.length) return;
    this.#pieces.push(data.subarray(from));
    this.#length += data.length - from;
    if (this.#length > LONGEST) this.transport?.abort();
  }

  override connectionLost(): void {
    this.#lost();
  }
}

export class Line implements Disposable {
  readonly #waiting: Map<number, Waiting> = new Map();
  readonly #listeners: Set<(event: string, data: unknown) => void> = new Set();
  readonly #closed: Future<void> = getRunningLoop().createFuture<void>();
  readonly #protocol: LineProtocol = new LineProtocol(
    (text) => this.#receive(text),
    () => this.#lost(),
  );
  readonly #heard: Set<() => void> = new Set();
  #last: number = 0;
  #isBroken: boolean = false;

  /** Connects to the socket at `path`. @throws OSError */
  static async open(path: string): Promise<Line> {
    const line = new Line();
    await getRunningLoop().createUnixConnection(() => line.#protocol, path);
    return line;
  }

  get closed(): boolean {
    return this.#closed.done();
  }

  /** Resolves when the connection has ended. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Asks, and returns what comes back.
   * @throws AttachError when the other side refuses, is gone, or sends what is not understood */
  async ask<M extends keyof Requests>(
    method: M,
    ...[params]: undefined extends Requests[M]['asked']
      ? [asked?: Requests[M]['asked']]
      : [asked: Requests[M]['asked']]
  ): Promise<Requests[M]['back']> {
    if (this.closed) throw this.why();
    const id = ++this.#last;
    const answer = getRunningLoop().createFuture<unknown>();
    this.#waiting.set(id, { method, answer, parts: [] });
    try {
      this.#protocol.transport?.write(Buffer.from(`${JSON.stringify({ id, method, params })}\n`));
      return (await answer) as Requests[M]['back'];
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** Calls `listener` with what is told without a request; returns what ends that. */
  listen(listener: (event: string, data: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls `heard` when a message has come, whatever it is; returns what ends that. */
  hear(heard: () => void): () => void {
    this.#heard.add(heard);
    return () => void this.#heard.delete(heard);
  }

  [Symbol.dispose](): void {
    this.#protocol.transport?.abort();
  }

  #receive(text: string): void {
    const received = this.#isBroken ? undefined : readMessage(text);
    if (received === undefined) return this.#break();
    for (const heard of [...this.#heard]) heard();
    const { id, event = '', data } = received;
    if (id === undefined) {
      if (!isTold(event, data)) return this.#break();
      for (const listener of [...this.#listeners]) listener(event, data);
      return;
    }
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || waiting.answer.done()) return;
    const { method, answer, parts } = waiting;
    const { part, error, result } = received;
    if (part !== undefined) for (const task of part as SeenTask[]) parts.push(task);
    else if (error !== undefined) answer.setException(new AttachError('closed', error.message));
    else if (isAnswer(method, result)) answer.setResult(together(result, parts));
    else this.#break();
  }

  #break(): void {
    this.#isBroken = true;
    this.#protocol.transport?.abort();
  }

  /** Why it has ended. */
  why(): AttachError {
    return this.#isBroken
      ? new AttachError('version', 'what the process sends is not understood')
      : new AttachError('gone', 'the process has closed the connection');
  }

  #lost(): void {
    for (const { answer } of this.#waiting.values()) if (!answer.done()) answer.setException(this.why());
    if (!this.#closed.done()) this.#closed.setResult();
  }
}

/** A snapshot with the tasks that were sent ahead of it. */
export function together<T>(result: T, parts: readonly SeenTask[]): T {
  if (parts.length === 0) return result;
  const { tasks = [] } = result as { tasks?: readonly SeenTask[] };
  return { ...result, tasks: [...parts, ...tasks] };
}
