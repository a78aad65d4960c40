// The task that serves one connection of a server.

import { createTask } from '../../core/createTask.ts';
import type { Task } from '../../core/task.ts';
import type { StreamReader } from './streamReader.ts';
import type { StreamWriter } from './streamWriter.ts';

/** What a server calls for each connection; runs in a task of its own. */
export type ClientConnected = (reader: StreamReader, writer: StreamWriter) => unknown;

/** Who keeps the handlers of a server. */
export interface ClientHandlers {
  add(task: Task, writer: StreamWriter): void;
  /** The connection of this protocol has ended. */
  lost(protocol: object): void;
}

/** Calls `callback` in a task. When it fails that is reported; then, and when it is cancelled, the connection
 * is closed. */
export function startHandler(
  callback: ClientConnected,
  reader: StreamReader,
  writer: StreamWriter,
): Task<unknown> {
  const loop = writer._loop;
  const task = createTask(() => callback(reader, writer), { loop });
  task.addDoneCallback(() => {
    if (task.cancelled()) writer.close();
    else if (task._failed()) {
      loop.callExceptionHandler({
        message: 'Unhandled exception in clientConnected',
        exception: task.exception(),
        transport: writer.transport,
      });
      writer.close();
    }
  });
  return task;
}
