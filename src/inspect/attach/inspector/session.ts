// A connection to a V8 inspector: requests with numbers over a WebSocket of the host's.
//
// 1. A request that is cancelled is forgotten; its answer is dropped.
// 2. When the connection ends every request that is under way fails with AttachError, reason `gone`.
// 3. A worker's session runs over that of its main thread (workers.ts): both are a `Channel`.

import { CancelledError, currentSignal, getRunningLoop, timeout } from '../../../asyncio.ts';
import type { Future } from '../../../asyncio.ts';
import { AttachError } from '../attachError.ts';

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Requests to one thread, and its events. */
export class Channel {
  readonly #post: (text: string) => unknown;
  readonly #waiting: Map<number, Future<unknown>> = new Map();
  readonly #listeners: Set<(method: string, params: unknown) => void> = new Set();
  #last: number = 0;
  #ended: boolean = false;

  constructor(post: (text: string) => unknown) {
    this.#post = post;
  }

  /** Sends a request and returns its result. Cancelling forgets it. */
  async send(method: string, params: object = {}): Promise<unknown> {
    if (this.#ended) throw gone();
    const id = ++this.#last;
    const answer = getRunningLoop().createFuture<unknown>();
    this.#waiting.set(id, answer);
    try {
      this.#post(JSON.stringify({ id, method, params }));
      return await answer;
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** The value of an expression, which has to be plain; `waits` for that of its promise. */
  async evaluate(expression: string, waits: boolean = false): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: waits,
      returnByValue: true,
      silent: true,
    })) as Evaluation;
    if (exceptionDetails === undefined) return result.value;
    const { exception, text } = exceptionDetails;
    throw new AttachError('closed', exception?.description?.split('\n')[0] ?? text);
  }

  /** Calls `listener` with each event; returns what ends that. */
  listen(listener: (method: string, params: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The next event of that name from now on, and what ends the wait for it. */
  expect(name: string): { readonly arrived: Future<unknown>; readonly stop: () => void } {
    const arrived = getRunningLoop().createFuture<unknown>();
    const stop = this.listen((method, params) => {
      if (method === name && !arrived.done()) arrived.setResult(params);
    });
    return { arrived, stop };
  }

  receive(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as Message;
    if (id === undefined) {
      for (const listener of this.#listeners) listener(method ?? '', params);
      return;
    }
    const answer = this.#waiting.get(id);
    if (answer === undefined || answer.done()) return;
    if (error === undefined) answer.setResult(result);
    else answer.setException(new AttachError('closed', `its inspector refuses: ${error.message}`));
  }

  end(): void {
    this.#ended = true;
    for (const answer of this.#waiting.values()) if (!answer.done()) answer.setException(gone());
  }
}

interface Evaluation {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

const gone = (): AttachError => new AttachError('gone', 'its inspector has closed the connection');

/** The connection to a process, over which those to its threads run. */
export class Session {
  readonly main: Channel;
  readonly port: number;
  readonly #socket: WebSocket;
  readonly #closed: Future<void>;

  private constructor(port: number, socket: WebSocket) {
    this.port = port;
    this.#socket = socket;
    this.#closed = getRunningLoop().createFuture<void>();
    this.main = new Channel((text) => socket.send(text));
    socket.addEventListener('message', ({ data }) => this.main.receive(String(data)));
    socket.addEventListener('close', () => this.#end());
    socket.addEventListener('error', () => this.#end());
  }

  /** Connects to the first target of the inspector at that port of this machine.
   * @throws AttachError when it isn't one, TimeoutError when it is silent for `within` milliseconds */
  static async open(port: number, within: number): Promise<Session> {
    const url = await timeout(within, () => targetAt(port));
    const socket = new WebSocket(url);
    const session = new Session(port, socket);
    try {
      const opened = getRunningLoop().createFuture<void>();
      socket.addEventListener('open', () => opened.done() || opened.setResult());
      socket.addEventListener('error', () => opened.done() || opened.setException(gone()));
      await timeout(within, () => opened);
      return session;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Resolves when the other side has closed it. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  close(): void {
    this.#socket.close();
  }

  #end(): void {
    this.main.end();
    if (!this.#closed.done()) this.#closed.setResult();
  }
}

// It may be any port of the program's: whatever serves there.
async function targetAt(port: number): Promise<string> {
  const url = await askTarget(port);
  if (typeof url === 'string' && url.startsWith(`ws://127.0.0.1:${port}/`)) return url;
  throw new AttachError('closed', `at port ${port} there is no inspector of Node`);
}

async function askTarget(port: number): Promise<unknown> {
  try {
    const address = `http://127.0.0.1:${port}/json/list`;
    const response = await fetch(address, { signal: currentSignal(), redirect: 'error' });
    const [first] = (await response.json()) as { readonly webSocketDebuggerUrl?: unknown }[];
    return first?.webSocketDebuggerUrl;
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return undefined;
  }
}
