// The worker threads of this process, for who looks into it: those that there are and those that come, workers of workers
// among them, and what an expression is there. They are reached by an inspector session within the process: no port is
// opened, and nobody is told.
//
// 1. The main thread's inspector knows the workers of all threads, as siblings; a worker's own knows none. So a worker asks
//    that of the main thread.
// 2. What comes may come in the middle of the program's code, as an interrupt: `came` and whoever awaits a value have to
//    do what they do later.
//
// It is loaded when somebody looks, and imports nothing that the core has. Node alone has such a session.

import process from 'node:process';

export interface FollowedWorker {
  /** As `threadId` has it. */
  readonly thread: number;
  /** The value of an expression there, or of the promise that it is; undefined where it throws. It is never there when the
   * worker ends before, or is not followed any more. */
  evaluate(expression: string): Promise<unknown>;
}

interface Attached {
  readonly params: { readonly sessionId: string; readonly workerInfo: { readonly title: string } };
}

interface Received {
  readonly params: { readonly sessionId: string; readonly message: string };
}

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** Calls `came` with each worker that there is, and with each that comes; returns what ends that.
 * @throws Error where the host allows no session */
export function followWorkers(isMain: boolean, came: (worker: FollowedWorker) => void): () => void {
  const { bun, deno } = process.versions as Record<string, string | undefined>;
  if (bun !== undefined || deno !== undefined) return () => {};
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  if (isMain) session.connect();
  else session.connectToMainThread();
  // By the number of the session with the worker, and of the question.
  const waiting: Map<string, (value: unknown) => void> = new Map();
  let last = 0;
  // The types know of no domain that is about workers.
  const on = session.on.bind(session) as unknown as (
    name: string,
    listener: (message: never) => void,
  ) => void;
  const post = session.post.bind(session) as (name: string, params: object) => void;
  on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }: Attached) => {
    came({
      // "[worker 3] its name"
      thread: Number(/^\[worker (\d+)\]/.exec(workerInfo.title)?.[1]),
      evaluate: async (expression) => {
        const id = ++last;
        const { promise, resolve } = Promise.withResolvers<unknown>();
        waiting.set(`${sessionId} ${id}`, resolve);
        const params = { expression, awaitPromise: true, returnByValue: true, silent: true };
        const message = JSON.stringify({ id, method: 'Runtime.evaluate', params });
        post('NodeWorker.sendMessageToWorker', { sessionId, message });
        return await promise;
      },
    });
  });
  on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }: Received) => {
    const { id, result } = JSON.parse(message) as Answer;
    const question = `${sessionId} ${id}`;
    waiting.get(question)?.(result?.result?.value);
    waiting.delete(question);
  });
  on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }: Received) => {
    for (const question of waiting.keys())
      if (question.startsWith(`${sessionId} `)) waiting.delete(question);
  });
  post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return () => session.disconnect();
}
