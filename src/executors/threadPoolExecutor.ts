// ThreadPoolExecutor: an executor whose workers are threads of this process.

import { checkOptions } from '../base/checkOptions.ts';
import { InvalidArgumentError, UnsupportedError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { limitsThreads, startThread } from '../sys/host/threads.ts';
import type { ResourceLimits } from '../sys/host/threads.ts';
import { CANCEL } from '../sys/worker/protocol.ts';
import type { FromWorker, WorkerSetup } from '../sys/worker/protocol.ts';
import { Slots } from '../sys/worker/slots.ts';
import { runningLoop } from '../loop/running.ts';
import type { ThreadHandlers } from './portal/portalWire.ts';
import { openThreadPort } from './portal/threadPort.ts';
import type { ThreadPort } from './portal/threadPort.ts';
import { checkPoolOptions } from './pool/poolSettings.ts';
import type { PoolOptions } from './pool/poolSettings.ts';
import type { StartWorker, WorkerEnd } from './pool/workerHandle.ts';
import { PoolExecutor } from './poolExecutor.ts';
import { unpackArguments } from './transfer.ts';
import { knownWork } from './work.ts';
import type { Work } from './work.ts';

/** Options of a {@link ThreadPoolExecutor}.
 * @example
 * ```ts
 * import { ThreadPoolExecutor, type ThreadPoolOptions } from 'asyncio-ts';
 * const options: ThreadPoolOptions = { maxWorkers: 2, grace: 500, name: 'thumbnails' };
 * console.log(String(new ThreadPoolExecutor(options))); // -> <ThreadPoolExecutor "thumbnails", 0 calls>
 * ```
 */
export interface ThreadPoolOptions extends PoolOptions {
  /** Called in each thread before its first call. When it fails, the calls that wait fail with BrokenExecutorError. */
  initializer?: Work | undefined;
  /** The arguments of `initializer`. */
  initargs?: readonly unknown[] | undefined;
  /** What the threads are called in reports and by the system's tools; `thread` by default. */
  threadNamePrefix?: string | undefined;
  /** Functions that code in the threads may call by name on the loop in which the pool is made; see {@link poolLoop}. */
  handlers?: ThreadHandlers | undefined;
  /** Limits of each thread's memory, as of node:worker_threads; a thread that exceeds them ends, and its call with it.
   * On Node only. */
  resourceLimits?: ResourceLimits | undefined;
}

/** Calls functions in threads, up to `maxWorkers` at once; for what computes, since what waits needs no thread. Threads are
 * started when they are needed and stay. A thread that dies takes its call along and is replaced. Idle threads do not keep
 * the process alive; calls do. Shut it down, or `await using` it: what is left is ended with the loop.
 * Semantics: concurrent.futures.ThreadPoolExecutor, with a cancel that works.
 * @throws InvalidArgumentError for options that make no sense; UnsupportedError for limits that this host does not keep
 * @example
 * ```ts
 * import { gather, run, ThreadPoolExecutor, workerModule } from 'asyncio-ts';
 * const { gzipSync } = workerModule<typeof import('node:zlib')>('node:zlib');
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
 *   const texts = ['a'.repeat(1000), 'b'.repeat(1000)];
 *   const packed = await gather(texts.map((text) => pool.submit(gzipSync, text)));
 *   console.log(packed.every((bytes) => bytes.length < 100)); // -> true
 * });
 * ```
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /** @internal */
  static override readonly name: string = 'ThreadPoolExecutor';

  constructor(options: ThreadPoolOptions = {}) {
    const settings = checkPoolOptions(options, 'ThreadPoolExecutor');
    super({ ...settings, start: threadStarter(options) });
  }
}

function threadStarter(options: ThreadPoolOptions): StartWorker {
  checkOptions(options, 'ThreadPoolExecutor');
  const { initializer, initargs = [], threadNamePrefix = 'thread', resourceLimits, handlers } = options;
  if (typeof threadNamePrefix !== 'string')
    throw new InvalidArgumentError(
      'threadNamePrefix',
      `the prefix of the threads' names is a string, not ${showValue(threadNamePrefix)}`,
    );
  if (!Array.isArray(initargs))
    throw new InvalidArgumentError('initargs', `initargs is an array, not ${showValue(initargs)}`);
  if (resourceLimits !== undefined && !limitsThreads())
    throw new UnsupportedError(
      'resourceLimits needs Node: this host does not limit the memory of a thread',
    );
  const source = initializer === undefined ? undefined : knownWork(initializer).source;
  const { args, transfer } = unpackArguments(initargs);
  const openPortal = handlers === undefined ? undefined : portalsOf(handlers);
  return (number, events) => {
    const portal = openPortal?.();
    const title = `${threadNamePrefix} ${number}`;
    const slots = new Slots();
    const setup: WorkerSetup = { title, ...(source !== undefined && { initializer: { source, args } }) };
    const thread = startThread(
      { name: title, setup, memory: slots.memory, resourceLimits, transfer, portal: portal?.port },
      {
        received: (message) => events.received(message as FromWorker),
        ended: (error, code) => {
          portal?.calls.workerEnded();
          portal?.close();
          events.ended(describeEnd(error, code));
        },
      },
    );
    return {
      title,
      slots,
      post: (message, list) => {
        // What a call asks for on the loop belongs to it.
        if (message[0] === CANCEL) portal?.calls.cancelAll(message[2]);
        thread.post(message, list);
      },
      terminate: () => thread.terminate(),
      hold: (on) => thread.hold(on),
    };
  };
}

/** Opens a portal for each thread to the loop in which this is called. @throws NoRunningLoopError outside of a loop */
function portalsOf(handlers: ThreadHandlers): () => ThreadPort {
  const loop = runningLoop('a pool with handlers');
  return () => openThreadPort(loop, handlers);
}

function describeEnd(error: unknown, code: number): WorkerEnd {
  if (error === undefined) return { how: `was ended by process.exit(${code})` };
  const outOfMemory = (error as NodeJS.ErrnoException | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return { how: outOfMemory ? 'ran out of memory' : 'died of an error that nobody caught', error };
}
