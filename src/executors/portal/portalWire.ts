// What a worker and a loop say to each other over a portal, and the types of what can be called.
//
// 1. Each call has a number, given by the worker and never used twice on a connection; whatever comes for a number
//    that nobody waits for is ignored. So a call may be given up at any time, in the very turn of its reply too.
// 2. A message without a number is a call that nobody waits for.

import type { PackedError } from '../../sys/worker/protocol.ts';

/** What a worker may call on the loop, by name: functions of any kind.
 * @example
 * ```ts
 * import { run, getRunningLoop, connectLoop, type ThreadHandlers } from 'asyncio-ts';
 * const handlers = { add: (a: number, b: number) => a + b } satisfies ThreadHandlers;
 * await run(async () => {
 *   const remote = connectLoop<typeof handlers>(getRunningLoop().threadsafePort(handlers));
 *   console.log(await remote.call('add', 1, 2)); // -> 3
 *   remote.close();
 * });
 * ```
 */
export type ThreadHandlers = Record<string, (...args: never[]) => unknown>;

/** The result that a call of a handler gives. */
export type CallResult<H extends ThreadHandlers, K extends keyof H> = Awaited<ReturnType<H[K]>>;

/** What it is called with; anything, where nothing is known of the handlers. */
export type CallArguments<H extends ThreadHandlers, K extends keyof H> = string extends keyof H
  ? unknown[]
  : Parameters<H[K]>;

export interface PortalCall {
  readonly call?: number;
  readonly name: string;
  readonly args: readonly unknown[];
  /** The caller sleeps, for so many milliseconds at most. Over a pipe it cannot look at a clock meanwhile: this side does. */
  readonly asleep?: number;
}

/** The worker no longer waits for a call. */
export interface GivenUpMessage {
  readonly givenUp: number;
  readonly message: string;
}

/** From the loop: the outcome of a call. */
export type ReplyMessage =
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly thrown: PackedError };

/** From the loop, first of all: memory to sleep on. Its first word counts replies, its second is 1 when the loop is
 * closed. */
export interface HelloMessage {
  readonly bell: Int32Array<SharedArrayBuffer>;
}

export const REPLIES = 0;
export const CLOSED = 1;
