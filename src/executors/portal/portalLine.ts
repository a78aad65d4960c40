// The seam between calls of a loop and what they go over: a port between threads, or a pipe between processes.

import type { PortalCall, GivenUpMessage, ReplyMessage } from './portalWire.ts';

export interface PortalLine {
  /** The loop is closed, or the line is. */
  readonly closed: boolean;
  /** @throws where the arguments cannot be cloned; UsageError where the loop is gone */
  send(message: PortalCall | GivenUpMessage): void;
  /** Whether this is the loop's own thread, which would wait for itself. */
  mayNotSleep(): boolean;
  /** Sleeps until the reply to `call` is there; `others` gets those to other calls. The reply may be that of the loop's side,
   * that the time is over. Undefined when `limit` milliseconds have passed, or when the line is closed. */
  sleep(call: number, limit: number, others: (reply: ReplyMessage) => void): ReplyMessage | undefined;
  /** Hears replies from now on. */
  listen(received: (reply: ReplyMessage) => void, gone: () => void): void;
  /** Whether the worker stays alive for what comes. */
  hold(on: boolean): void;
  close(): void;
}
