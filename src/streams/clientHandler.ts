// The task that serves one connection of a server.

import { createKept } from '../core/task/createTask.ts';
import type { Task } from '../core/task/task.ts';
import type { Loop } from '../loop/loop.ts';
import type { StreamReader } from './streamReader.ts';
import type { StreamWriter } from './streamWriter.ts';
import { reportFailure } from '../loop/failures.ts';
import { hasFailed } from '../core/future/futureState.ts';

/** What a server calls for each connection; runs in a task of its own. */
export type ClientConnected = (reader: StreamReader, writer: StreamWriter) => unknown;

/** A connection that a handler serves. */
export interface Client {
  readonly loop: Loop;
  readonly protocol: object;
  readonly writer: StreamWriter;
}

/** Keeps the handlers of a server. */
export interface ClientHandlers {
  add(task: Task, client: Client): void;
  /** The connection of this protocol has ended. */
  lost(protocol: object): void;
}

/** Calls `callback` in a task. When that ends the connection is closed, and a failure is reported. A callback that
 * promises nothing has handed reader and writer on, to a task or to an adapter: the connection stays open. */
export function startHandler(
  callback: ClientConnected,
  reader: StreamReader,
  writer: StreamWriter,
  handlers: ClientHandlers | undefined,
): void {
  const loop = writer._loop;
  const handle = (): unknown => {
    const handling = callback(reader, writer);
    if (typeof (handling as PromiseLike<unknown> | undefined)?.then !== 'function') writer._handedOn = true;
    return handling;
  };
  const keep = (made: Task): void => handlers?.add(made, { loop, protocol: writer._protocol, writer });
  const task = createKept(handle, { loop }, { _enlist: keep });
  task.addDoneCallback(() => {
    if (!task.cancelled() && hasFailed(task)) {
      reportFailure(loop, {
        message: 'Unhandled exception in clientConnected',
        exception: task.exception(),
        transport: writer.transport,
      });
    } else if (writer._handedOn && !task.cancelled()) return;
    writer.close();
  });
}
