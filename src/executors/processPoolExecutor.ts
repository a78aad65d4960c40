// ProcessPoolExecutor: an executor whose workers are child processes.

import { checkOptions } from '../base/checkOptions.ts';
import { InvalidArgumentError, UnsupportedError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { checkWhole } from '../base/wholeNumber.ts';
import { startProcess, startsPrograms } from '../sys/host/processes.ts';
import type { ProcessEvents } from '../sys/host/processes.ts';
import { CANCEL, REPLY } from '../sys/worker/protocol.ts';
import type { FromWorker, WorkerSetup } from '../sys/worker/protocol.ts';
import { runningLoop } from '../loop/running.ts';
import { checkPoolOptions } from './pool/poolSettings.ts';
import type { PoolOptions } from './pool/poolSettings.ts';
import type { StartWorker, WorkerEnd } from './pool/workerHandle.ts';
import { openPipePort } from './portal/pipePort.ts';
import type { PipePort, PipeReplies } from './portal/pipePort.ts';
import type { ThreadHandlers } from './portal/portalWire.ts';
import { PoolExecutor } from './poolExecutor.ts';
import { unpackArguments } from './transfer.ts';
import { knownWork } from './work.ts';
import type { Work } from './work.ts';
import { restoreError } from './workError.ts';

/** Options of a {@link ProcessPoolExecutor}.
 * @example
 * ```ts
 * import { ProcessPoolExecutor, type ProcessPoolOptions } from 'asyncio-ts';
 * const options: ProcessPoolOptions = { maxWorkers: 2, maxTasksPerChild: 100, name: 'render' };
 * console.log(String(new ProcessPoolExecutor(options))); // -> <ProcessPoolExecutor "render", 0 calls>
 * ```
 */
export interface ProcessPoolOptions<A extends unknown[] = never[]> extends PoolOptions {
  /** Called in each process before its first call. When it fails, the calls that wait fail with BrokenExecutorError. */
  initializer?: Work<A> | undefined;
  /** The arguments of `initializer`. */
  initargs?: A | undefined;
  /** After how many calls a process is replaced by a new one, against leaks; never by default. */
  maxTasksPerChild?: number | undefined;
  /** The processes' environment; this process's own by default. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The processes' working folder; this process's own by default. */
  cwd?: string | undefined;
  /** Functions that code in the processes may call by name on the loop in which the pool is made; see {@link poolLoop}. */
  handlers?: ThreadHandlers | undefined;
  /** Flags of the runtime, as `['--max-old-space-size=512']`; by default those that this process was started with. */
  execArgv?: readonly string[] | undefined;
}

/** Calls functions in child processes, up to `maxWorkers` at once: for code that must not share a process with yours,
 * because it may crash, leaks, or needs an environment or flags of its own. What only computes is better off in a
 * {@link ThreadPoolExecutor}: a thread starts faster, and messages cost less.
 *
 * Everything else is as there. A cancel is a message, and {@link checkCancelled} sees it in a loop that never waits, after
 * a millisecond at most. What has not ended after the pool's `grace` gets SIGTERM and then SIGKILL, with all that it has
 * started in its process group. A process ends by itself when this one is gone, as soon as its code waits, returns, or
 * calls `checkCancelled`. Arguments and results are copied: `transfer` saves nothing here.
 * Semantics: concurrent.futures.ProcessPoolExecutor, with a cancel that works, and which goes on when a worker has died.
 * @throws InvalidArgumentError for options that make no sense; UnsupportedError in a single executable of Node or
 * Deno, which each child would run from its beginning
 * @example
 * ```ts
 * import { ProcessPoolExecutor, run } from 'asyncio-ts';
 * await run(async () => {
 *   await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
 *   const pid = await pool.submit(() => process.pid);
 *   console.log(pid !== process.pid); // -> true
 * });
 * ```
 */
export class ProcessPoolExecutor extends PoolExecutor {
  /** @internal */
  static override readonly name: string = 'ProcessPoolExecutor';

  constructor(options: ProcessPoolOptions = {}) {
    const settings = checkPoolOptions(options, 'ProcessPoolExecutor');
    super({ ...settings, start: processStarter(options) });
  }
}

function processStarter(options: ProcessPoolOptions): StartWorker {
  checkOptions(options, 'ProcessPoolExecutor');
  if (!startsPrograms())
    throw new UnsupportedError(
      'ProcessPoolExecutor needs the runtime as a program of its own: in a single executable use ThreadPoolExecutor',
    );
  const { initializer, initargs = [], maxTasksPerChild, env, cwd, execArgv, handlers } = options;
  if (!Array.isArray(initargs))
    throw new InvalidArgumentError('initargs', `initargs is an array, not ${showValue(initargs)}`);
  if (cwd !== undefined && typeof cwd !== 'string')
    throw new InvalidArgumentError('cwd', `the working folder is a string, not ${showValue(cwd)}`);
  if (
    execArgv !== undefined &&
    !(Array.isArray(execArgv) && execArgv.every((each) => typeof each === 'string'))
  )
    throw new InvalidArgumentError(
      'execArgv',
      `execArgv is an array of strings, not ${showValue(execArgv)}`,
    );
  if (env !== undefined && (typeof env !== 'object' || env === null))
    throw new InvalidArgumentError('env', `the environment is an object, not ${showValue(env)}`);
  const mostCalls =
    maxTasksPerChild === undefined ? undefined : checkWhole(maxTasksPerChild, 'maxTasksPerChild', 1);
  const source = initializer === undefined ? undefined : knownWork(initializer).source;
  const { args } = unpackArguments(initargs);
  const openPortal = handlers === undefined ? undefined : portalsOf(handlers);
  return (number, events) => {
    let title = `process ${number}`;
    const setup = (pid: number | undefined): WorkerSetup => {
      title = `process ${number} (pid ${pid})`;
      return { title, ...(source !== undefined && { initializer: { source, args } }) };
    };
    const portal = openPortal?.({
      toSleeper: (reply) => child.reply(reply),
      toListener: (reply) => child.post([REPLY, reply]),
      close: () => child.closePortal(),
    });
    const child = startProcess(
      { setup, env, cwd, execArgv, portal: portal?.receive },
      {
        received: (message) => events.received(message as FromWorker),
        ended: (end) => {
          portal?.calls.workerEnded();
          portal?.close();
          events.ended(describeEnd(title, end));
        },
      },
    );
    return {
      title,
      slots: undefined,
      mostCalls,
      post: (message) => {
        // What a call asks for on the loop belongs to it.
        if (message[0] === CANCEL) portal?.calls.cancelAll(message[2]);
        child.post(message);
      },
      terminate: () => child.terminate(),
      hold: (on) => child.hold(on),
    };
  };
}

/** Opens a portal for each process to the loop in which this is called. @throws NoRunningLoopError outside of a loop */
function portalsOf(handlers: ThreadHandlers): (replies: PipeReplies) => PipePort {
  const loop = runningLoop('a pool with handlers');
  return (replies) => openPipePort(loop, handlers, replies);
}

function describeEnd(
  title: string,
  { code, signal, died, error }: Parameters<ProcessEvents['ended']>[0],
): WorkerEnd {
  if (error !== undefined) return { how: 'could not be started', error };
  if (died !== undefined)
    return {
      how: 'died of an error that nobody caught',
      error: restoreError(died, { worker: title, caller: undefined }),
    };
  if (signal === 'SIGABRT') return { how: 'was ended by SIGABRT, as when it runs out of memory' };
  return { how: signal === null ? `was ended by process.exit(${code})` : `was ended by ${signal}` };
}
