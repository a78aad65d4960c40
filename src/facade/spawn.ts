// spawn: a task from anywhere in a program that is not ours.

import { InvalidArgumentError } from '../base/errors.ts';
import type { Context } from '../core/context/context.ts';
import { checkCoroutine } from '../core/task/coroutine.ts';
import type { TaskBody } from '../core/task/coroutine.ts';
import { createTask } from '../core/task/createTask.ts';
import type { Task } from '../core/task/task.ts';
import { loopOfCode } from '../loop/running.ts';
import { checkClient, watchClient } from './leavingClient.ts';
import type { LeavingClient } from './leavingClient.ts';
import { startedThreadLoop } from './threadLoop.ts';

/** Options of {@link spawn}.
 * @example
 * ```ts
 * import { spawn, type SpawnOptions } from 'asyncio-ts';
 * const options: SpawnOptions = { name: 'import', signal: AbortSignal.timeout(60_000) };
 * console.log((await spawn(async () => 'done', options))); // -> done
 * ```
 */
export interface SpawnOptions {
  /** Cancels the task when aborted: a `Request`'s `signal`, for example. With one that is aborted already the function
   * is never called. */
  signal?: AbortSignal | undefined;
  /** Cancels the task when this client leaves: the response of `node:http`, `node:https` or `node:http2`, a socket, or a
   * WebSocket of `ws`. A response that was sent to its end cancels nothing. */
  client?: LeavingClient | undefined;
  /** Shown in reports; `Task-1`, `Task-2`, … by default. */
  name?: string | undefined;
  /** The context to run in, shared and not copied; a copy of the current one by default. */
  context?: Context | undefined;
}

/** Starts `coro` as a task, from anywhere: a handler of somebody else's server, an event, a queue's consumer, a test, the
 * top level of a module. Any number may run at once. The task is a promise of the result, to be awaited, returned, or
 * left alone; an error that nobody has looked at a second later is reported. Where `coro` takes a parameter it is given
 * its task, for the signal: `spawn(({ signal }) => fetch(url, { signal }))`.
 *
 * Outside of every loop the task runs on the thread's own, which starts with the first one and rests when the last is
 * gone, so that the process ends as it would without. Inside of a task or callback it runs on the loop there, and
 * {@link run} cancels it with what its main leaves behind. In both cases it belongs to nobody: it is not cancelled with
 * the code that started it, as a child of a {@link taskGroup} is. Signals (SIGINT, SIGTERM) stay the program's.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for what is no function, no signal or no client
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { once } from 'node:events';
 * import { spawn, sleep, timeout } from 'asyncio-ts';
 * const server = createServer((request, response) => {
 *   void spawn(async () => {
 *     await timeout(1000, () => sleep(1));
 *     response.end('done');
 *   }, { client: response });
 * }).listen(0);
 * await once(server, 'listening');
 * const { port } = server.address() as { port: number };
 * console.log(await (await fetch(`http://127.0.0.1:${port}`)).text()); // -> done
 * server.close();
 * ```
 */
export function spawn<T>(coro: TaskBody<T>, options: SpawnOptions = {}): Task<T> {
  checkCoroutine(coro, 'spawn');
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', 'the options of spawn are an object');
  const { client, signal, name, context } = options;
  if (client !== undefined) checkClient(client);
  const loop = loopOfCode() ?? startedThreadLoop();
  const task = createTask(coro, { loop, signal, name, context });
  if (client !== undefined) watchClient(client, task);
  return task;
}
