// The handlers of a server, as a group: who runs, when the last one has ended, and the deadline of each
// connection.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import type { Task } from '../../core/task/task.ts';
import type { Handle } from '../../loop/handle.ts';
import type { Client, ClientHandlers } from '../../streams/clientHandler.ts';
import { onDone } from '../../core/future/doneCallback.ts';

export class HandlerGroup implements ClientHandlers {
  readonly #tasks: Set<Task> = new Set();
  readonly #timeout: number | undefined;
  readonly #deadlines: Map<object, Handle> = new Map();
  /** Called each time the last handler has ended. */
  readonly idleListeners: Set<() => void> = new Set();
  #cancelled: string | undefined = undefined;

  constructor(timeout: Duration | undefined) {
    this.#timeout = timeout === undefined ? undefined : toMilliseconds(timeout, 'connectionTimeout');
  }

  get size(): number {
    return this.#tasks.size;
  }

  [Symbol.iterator](): Iterator<Task> {
    return this.#tasks.values();
  }

  add(task: Task, client: Client): void {
    this.#tasks.add(task);
    onDone(task, () => {
      this.#tasks.delete(task);
      if (this.#tasks.size === 0) for (const listener of this.idleListeners) listener();
    });
    if (this.#cancelled !== undefined) task.cancel(this.#cancelled);
    if (this.#timeout === undefined) return;
    const expire = (): void => this.#expire(task, client);
    this.#deadlines.set(client.protocol, client.loop.callLater(this.#timeout, expire));
  }

  lost(protocol: object): void {
    this.#deadlines.get(protocol)?.cancel();
    this.#deadlines.delete(protocol);
  }

  /** Cancels all handlers, and those that are still to come. */
  cancel(message: string): void {
    this.#cancelled = message;
    for (const task of [...this.#tasks]) task.cancel(message);
  }

  // The handler may clean up; then the connection is closed, whatever the peer does.
  #expire(task: Task, { protocol, writer }: Client): void {
    this.#deadlines.delete(protocol);
    task.cancel('the deadline of the connection passed');
    task.addDoneCallback(() => {
      if (writer.transport.getWriteBufferSize() === 0) writer.close();
      else writer.transport.abort();
    });
  }
}
