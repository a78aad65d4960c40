// The worker threads that this thread starts, for who looks into the process: when one has come, and what an expression
// is there. They are reached by an inspector session within the process: no port is opened, and nobody is told.
//
// It is loaded when somebody looks, and imports nothing that the core has. Node alone has such a session.

import process from 'node:process';

/** Calls `listener` when this thread has started a worker; returns what ends that. */
export function onNewWorker(listener: () => void): () => void {
  const { bun, deno } = process.versions as Record<string, string | undefined>;
  if (bun !== undefined || deno !== undefined) return () => {};
  process.on('worker', listener);
  return () => void process.off('worker', listener);
}

interface Attached {
  readonly params: { readonly sessionId: string };
}

interface Received {
  readonly params: { readonly sessionId: string; readonly message: string };
}

/** The values of an expression, or of the promises that it is, in each worker of this thread; undefined for one that has
 * not said it `within` milliseconds, or fails.
 * @throws Error where the host allows no session */
export async function evaluateInWorkers(expression: string, within: number): Promise<unknown[]> {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  const values: Map<string, unknown> = new Map();
  let left = 0;
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
  // The types know of no domain that is about workers.
  const on = session.on.bind(session) as unknown as (
    name: string,
    listener: (message: never) => void,
  ) => void;
  const post = session.post.bind(session) as (name: string, params: object, then?: () => void) => void;
  const params = { expression, awaitPromise: true, returnByValue: true, silent: true };
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params });
  on('NodeWorker.attachedToWorker', ({ params: { sessionId } }: Attached) => {
    values.set(sessionId, undefined);
    left++;
    post('NodeWorker.sendMessageToWorker', { sessionId, message });
  });
  on('NodeWorker.receivedMessageFromWorker', ({ params: received }: Received) => {
    const { id, result } = JSON.parse(received.message) as {
      id?: number;
      result?: { result?: { value?: unknown } };
    };
    if (id !== 1) return;
    values.set(received.sessionId, result?.result?.value);
    if (--left === 0) end();
  });
  // All that there are have been told of by then.
  post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => left === 0 && end());
  const timer = setTimeout(end, within);
  timer.unref();
  try {
    await isOver;
  } finally {
    clearTimeout(timer);
    session.disconnect();
  }
  return [...values.values()];
}
