// Children, trees of processes and pools of workers, in the state in which a program has them.

import * as asyncio from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import type { Receiver } from './receivers.ts';

const SLEEP = ['sleep', '30'] as const;

/** Of something that ends by its own disposal. */
function disposable<T extends AsyncDisposable>(owner: T, object: unknown = owner): Receiver {
  return { object, end: () => owner[Symbol.asyncDispose]() };
}

async function transport(loop: EventLoop): Promise<Receiver> {
  const [made] = await loop.subprocessExec(() => new asyncio.SubprocessProtocol(), ...SLEEP);
  return { object: made, end: () => made.close() };
}

async function lines(): Promise<Receiver> {
  const tree = await asyncio.openProcess(SLEEP, { stdout: asyncio.PIPE });
  return disposable(tree, tree.lines());
}

function stream(): Receiver {
  const pool = new asyncio.ThreadPoolExecutor({ maxWorkers: 1, grace: 0 });
  const made = pool.stream(function* () {
    yield 1;
  });
  return {
    object: made,
    end: async () => {
      await made[Symbol.asyncDispose]();
      await pool.shutdown({ cancelFutures: true });
    },
  };
}

const threads = (): Receiver => {
  const pool = new asyncio.ThreadPoolExecutor({ maxWorkers: 1, grace: 0 });
  return { object: pool, end: () => pool.shutdown({ cancelFutures: true }) };
};

export const programReceivers: Readonly<Record<string, (loop: EventLoop) => Receiver | Promise<Receiver>>> =
  {
    Process: async () => disposable(await asyncio.createSubprocessExec(...SLEEP)),
    SubprocessTransport: transport,
    ProcessTree: async () => disposable(await asyncio.openProcess(SLEEP)),
    OutputLines: lines,
    Pipeline: async () => disposable(await asyncio.openPipeline([SLEEP])),
    Dialogue: async () => disposable(await asyncio.openDialogue(['cat'])),
    SignalReceiver: () => {
      const receiver = asyncio.openSignalReceiver('SIGUSR2');
      return { object: receiver, end: () => receiver.close() };
    },
    Executor: threads,
    PoolExecutor: threads,
    ThreadPoolExecutor: threads,
    ProcessPoolExecutor: () => {
      const pool = new asyncio.ProcessPoolExecutor({ maxWorkers: 1, grace: 0 });
      return { object: pool, end: () => pool.shutdown({ cancelFutures: true }) };
    },
    WorkStream: stream,
  };
