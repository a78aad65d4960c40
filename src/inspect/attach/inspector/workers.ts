// The worker threads of a process, through the inspector of its main thread: a channel to each.

import { Channel } from './session.ts';

export interface WorkerChannel {
  readonly channel: Channel;
  /** The thread's number, as `threadId` has it. */
  readonly thread: number;
  readonly name: string;
}

/** Attaches to the workers that there are. They are told of with the answer, in one go: none comes later. They are left
 * alone again when the connection ends. */
export async function attachWorkers(main: Channel): Promise<WorkerChannel[]> {
  const workers = new Map<string, WorkerChannel>();
  main.listen((method, params) => {
    if (method === 'NodeWorker.attachedToWorker') {
      const { sessionId, workerInfo } = params as Attached;
      const channel = new Channel((message) =>
        main.send('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => {}),
      );
      // "[worker 3] its name"
      const [, thread, name] = /^\[worker (\d+)\] ?(.*)$/.exec(workerInfo.title) ?? [];
      workers.set(sessionId, { channel, thread: Number(thread ?? workerInfo.workerId), name: name ?? '' });
    } else if (method === 'NodeWorker.receivedMessageFromWorker') {
      const { sessionId, message } = params as Received;
      workers.get(sessionId)?.channel.receive(message);
    } else if (method === 'NodeWorker.detachedFromWorker') {
      workers.get((params as Received).sessionId)?.channel.end();
    }
  });
  await main.send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return [...workers.values()].sort((a, b) => a.thread - b.thread);
}

interface Attached {
  readonly sessionId: string;
  readonly workerInfo: { readonly workerId: string; readonly title: string };
}

interface Received {
  readonly sessionId: string;
  readonly message: string;
}
