// When a client leaves: its response or socket closes before all was sent. Whatever tasks were started for it are
// cancelled.
//
// 1. One pair of listeners for each client, however many tasks, gone with the last task or with the client.
// 2. `finish` before `close` means that all was sent: nothing is cancelled after it. Only where the peer ended first, and
//    the host therefore ended our side as well, it says nothing.
// 3. One that closed before it was given to us has left.
// 4. A stream of HTTP/2 that was cut says `finish` too, and `aborted` tells it apart. A response that waits behind others
//    in its connection is not told by every host that this closed: the connection is asked as well.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { onDone } from '../core/future/doneCallback.ts';
import type { Task } from '../core/task/task.ts';

/** Whom a task of {@link spawn} works for: what is written to, and says when it closes. A response of `node:http` or
 * `node:http2`, a socket, a `WebSocket` of `ws`.
 * @example
 * ```ts
 * import { Socket } from 'node:net';
 * import type { LeavingClient } from 'asyncio-ts';
 * const client: LeavingClient = new Socket();
 * console.log(typeof client.on); // -> function
 * ```
 */
export interface LeavingClient {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** What Node's streams and responses tell of themselves. */
interface State {
  readonly destroyed?: unknown;
  readonly closed?: unknown;
  readonly writableFinished?: unknown;
  readonly finished?: unknown;
  readonly readableEnded?: unknown;
  readonly allowHalfOpen?: unknown;
  /** Of a WebSocket. */
  readonly readyState?: unknown;
  /** Of a stream of HTTP/2: it was cut before its end. */
  readonly aborted?: unknown;
  /** Of a response of HTTP/2. */
  readonly stream?: { readonly aborted?: unknown } | null;
  /** Of a response: null before its turn in the connection, and when it was sent. */
  readonly socket?: unknown;
  readonly req?: { readonly socket?: (LeavingClient & State) | null };
}

const CLOSING = 2;
const CLOSED = 3;
const GONE = 'the client has left';

class Watch {
  readonly #client: LeavingClient;
  readonly #tasks: Set<Task> = new Set();
  readonly #leaveConnection: (() => void) | undefined;

  constructor(client: LeavingClient) {
    this.#client = client;
    client.on('close', this.#left);
    client.on('finish', this.#finished);
    const connection = connectionOf(client as State);
    if (connection !== undefined) this.#leaveConnection = onConnectionClosed(connection, this.#left);
  }

  add(task: Task): void {
    this.#tasks.add(task);
    onDone(task, () => {
      this.#tasks.delete(task);
      if (this.#tasks.size === 0) this.#end();
    });
  }

  readonly #left = (): void => {
    const tasks = [...this.#tasks];
    this.#end();
    for (const task of tasks) task.cancel(GONE);
  };

  readonly #finished = (): void => {
    if (!wasCut(this.#client as State)) this.#end();
  };

  #end(): void {
    this.#client.off('close', this.#left);
    this.#client.off('finish', this.#finished);
    this.#leaveConnection?.();
    if (watches.get(this.#client) === this) watches.delete(this.#client);
  }
}

const watches: WeakMap<LeavingClient, Watch> = new WeakMap();

/** Cancels `task` when the client leaves, or has left. */
export function watchClient(client: LeavingClient, task: Task): void {
  if (hasFinished(client as State)) return;
  if (hasLeft(client as State)) {
    task.cancel(GONE);
    return;
  }
  let watch = watches.get(client);
  if (watch === undefined) watches.set(client, (watch = new Watch(client)));
  watch.add(task);
}

/** Whether `finish` means only that the peer was first. */
function wasCut({ readableEnded, allowHalfOpen, aborted, stream }: State): boolean {
  return (
    (readableEnded === true && allowHalfOpen === false) || aborted === true || stream?.aborted === true
  );
}

function hasFinished(client: State): boolean {
  return (client.writableFinished ?? client.finished) === true && !wasCut(client);
}

function hasLeft(client: State): boolean {
  const { destroyed, closed, readyState } = client;
  return (
    destroyed === true ||
    closed === true ||
    readyState === CLOSING ||
    readyState === CLOSED ||
    client.aborted === true ||
    client.stream?.aborted === true ||
    connectionOf(client)?.destroyed === true
  );
}

/** The connection in which a response waits for those before it. */
function connectionOf({ socket, req }: State): (LeavingClient & State) | undefined {
  return socket === null ? (req?.socket ?? undefined) : undefined;
}

const queued: WeakMap<LeavingClient, Set<() => void>> = new WeakMap();

/** One listener for each connection, however many responses wait in it: the host warns of many. */
function onConnectionClosed(connection: LeavingClient, listener: () => void): () => void {
  let listeners = queued.get(connection);
  if (listeners === undefined) {
    const all: Set<() => void> = new Set();
    listeners = all;
    queued.set(connection, all);
    connection.on('close', () => {
      for (const each of [...all]) each();
    });
  }
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** @throws InvalidArgumentError unless something is sent to it and it tells when it closes */
export function checkClient(client: LeavingClient): void {
  const { on, off, write, send, raw, signal } = (client ?? {}) as unknown as Record<string, unknown>;
  if (typeof on === 'function' && typeof off === 'function') {
    if (typeof write === 'function' || typeof send === 'function') return;
    throw new InvalidArgumentError(
      'client',
      'client is what is written to, the response: a request is over as soon as it was read',
    );
  }
  const hint =
    raw !== undefined
      ? ': a reply of Fastify has it as reply.raw'
      : signal !== undefined
        ? ': for a Request give { signal: request.signal }'
        : '';
  throw new InvalidArgumentError(
    'client',
    `client is a response of node:http, or a socket, not ${showValue(client)}${hint}`,
  );
}
