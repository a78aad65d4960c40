// How a child process calls into a loop: it writes names and arguments to a pipe.
//
// 1. The reply to a caller that sleeps goes back over that pipe, which it reads with the whole process; every other one
//    goes with the pool's messages, which the child hears when its code waits.
// 2. Who sleeps cannot look at a clock. So its time limit is kept here: the call is cancelled, and the reply is the error.
// 3. The pipe keeps nothing alive: the pool's calls do.

import type { Loop } from '../../loop/loop.ts';
import { unheldTimer } from '../../sys/host/exit.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import { packError } from '../../sys/worker/packError.ts';
import { timeOver } from './asking.ts';
import { checkHandlers, forgetPort, keepPort } from './loopPorts.ts';
import type { LoopPort } from './loopPorts.ts';
import { PortalCalls } from './portalCalls.ts';
import type { PortalCall, ReplyMessage, ThreadHandlers } from './portalWire.ts';

/** The ways back to a child. Each throws where a value cannot be cloned, and only then. */
export interface PipeReplies {
  toSleeper(reply: ReplyMessage): void;
  toListener(reply: ReplyMessage): void;
  close(): void;
}

/** The loop's end of a portal to a process. */
export interface PipePort extends LoopPort {
  /** What the child wrote. */
  receive(message: unknown): void;
}

/** @throws InvalidArgumentError when `handlers` is no object; UsageError when the loop is closed */
export function openPipePort(loop: Loop, handlers: ThreadHandlers, replies: PipeReplies): PipePort {
  checkHandlers(loop, handlers);
  /** Callers that sleep, each with what stops its clock. */
  const sleepers: Map<number, (() => void) | undefined> = new Map();
  /** Calls whose caller has been told that their time is over. */
  const late: Set<number> = new Set();

  const calls = new PortalCalls(loop, handlers, (reply) => {
    if (late.delete(reply.reply)) return;
    if (!sleepers.has(reply.reply)) {
      replies.toListener(reply);
      return;
    }
    replies.toSleeper(reply);
    sleepers.get(reply.reply)?.();
    sleepers.delete(reply.reply);
  });

  const wakeLate = (call: number, name: string, limit: number): void => {
    sleepers.delete(call);
    replies.toSleeper({ reply: call, thrown: packError(timeOver(name, limit)) });
    late.add(call);
    calls.receive({ givenUp: call, message: 'the time of the call is over' });
  };

  const port: PipePort = {
    calls,
    receive: (message) =>
      runAtRoot(() => {
        const { call, asleep, name } = (message ?? {}) as Partial<PortalCall>;
        if (call !== undefined && asleep !== undefined) {
          const watch = (): (() => void) =>
            unheldTimer(Math.max(0, asleep), () => wakeLate(call, String(name), asleep));
          sleepers.set(call, asleep === Infinity ? undefined : watch());
        }
        calls.receive(message);
      }),
    close: () => {
      forgetPort(loop, port);
      for (const stop of sleepers.values()) stop?.();
      sleepers.clear();
      replies.close();
    },
  };
  keepPort(loop, port);
  return port;
}
