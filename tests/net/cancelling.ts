// When a task that waits on a socket is cancelled: before it starts, after so many iterations, and in the turn in
// which its socket has become ready.

import assert from 'node:assert/strict';
import { isCancelled, sleep } from '../../src/asyncio.ts';
import type { EventLoop, Task } from '../../src/asyncio.ts';
import { AF_UNIX, SOCK_DGRAM, Socket, socketpair } from '../../src/socket.ts';

export function close(...sockets: Socket[]): void {
  for (const socket of sockets) socket.close();
}

/** A Unix datagram socket connected to another: what is too much has to wait, where UDP would drop it. */
export function datagramPair(): { sender: Socket; receiver: Socket; address: string } {
  const receiver = new Socket(AF_UNIX, SOCK_DGRAM);
  receiver.bind('');
  const address = receiver.getsockname() as string;
  const sender = new Socket(AF_UNIX, SOCK_DGRAM);
  sender.connect(address);
  return { sender, receiver, address };
}

/** Cancels a task after so many iterations of the loop; 0 before its first step. */
export function cancelAfter(loop: EventLoop, iterations: number, task: Task<unknown>): void {
  if (iterations <= 0) task.cancel();
  else loop.callSoon(() => cancelAfter(loop, iterations - 1, task));
}

/** Cancels a task in the very turn in which its socket became ready: the wait is over, and the task has not run
 * yet. */
export async function cancelWhenReady(loop: EventLoop, socket: Socket, task: Task<unknown>): Promise<void> {
  const waits = (): boolean => socket._reader !== undefined || socket._writer !== undefined;
  while (!waits()) await sleep(0);
  const cancelled = loop.createFuture<void>();
  const look = (): void => {
    if (waits()) loop.callSoon(look);
    else {
      assert.equal(task.done(), false);
      task.cancel();
      task.cancel('and once more');
      cancelled.setResult();
    }
  };
  look();
  await cancelled;
}

/** Cancels a task in the turn in which its own socket becomes ready: who rings and sends makes both sockets
 * ready for one poll, and the bell is heard before the task runs. */
export class Bell {
  task: Task<unknown> | undefined;
  /** Cancels that found the wait over and the task not yet resumed. */
  inTime: number = 0;
  readonly #loop: EventLoop;
  readonly #pair: [Socket, Socket] = socketpair();

  constructor(loop: EventLoop, rungFor: Socket) {
    this.#loop = loop;
    const [heard] = this.#pair;
    loop.addReader(heard, () => {
      heard.recv(100);
      if (this.task?.done() !== false) return;
      if (rungFor._reader === undefined) this.inTime++;
      this.task.cancel();
    });
  }

  ring(): void {
    this.#pair[1].send(Buffer.from('!'));
  }

  close(): void {
    this.#loop.removeReader(this.#pair[0]);
    close(...this.#pair);
  }
}

/** The task's result, or undefined where it was cancelled. */
export async function outcome<T>(task: Task<T>): Promise<T | undefined> {
  try {
    return await task;
  } catch (error) {
    if (isCancelled(error)) return undefined;
    throw error;
  }
}
