// A thread that does not answer: what can be found out about it, and with what.

import { TimeoutError } from '../../../asyncio.ts';
import { AttachError } from '../attachError.ts';
import { allPids, processInfo } from '../processInfo.ts';
import type { HangView } from '../view.ts';
import { blockedIn } from './blocked.ts';
import { profile, stackNow } from './examine.ts';
import { atThisMoment } from './openHooks.ts';
import type { Channel } from './session.ts';

/** What is known of a thread by its inspector; `since` is the least that the caller knows. */
export async function examineThread(channel: Channel, since: number): Promise<HangView> {
  const { task, busy } = await atThisMoment(channel);
  const { stack, stood } = await stackNow(channel);
  if (stood) return { kind: 'stopped', since, hot: [], stack };
  const { hot, idle } = await profile(channel);
  return {
    kind: stack.length > 0 || idle < 0.5 ? 'script' : 'unknown',
    since: Math.max(since, busy),
    ...(task === undefined ? undefined : { task }),
    hot: hot.slice(0, 5),
    stack,
  };
}

/** What the system says of a process that does not even answer its inspector, or can't be asked by one, where what runs may
 * be JavaScript as well. */
export function examineFromOutside(pid: number, since: number, wasAsked: boolean): HangView {
  const { state = '' } = processInfo(pid) ?? {};
  const wait = blockedIn(pid);
  const isStopped = state.startsWith('stopped');
  const isRunning = wait === undefined && state === 'running';
  const isNative = wait !== undefined || (isRunning && wasAsked);
  const children = allPids()
    .map(processInfo)
    .filter((info) => info?.parent === pid && info.runtime === undefined && info.state !== 'ended')
    .map((info) => ({ pid: info?.pid as number, name: info?.name as string }));
  return {
    kind: isStopped ? 'stopped' : isNative ? 'native' : 'unknown',
    since,
    hot: [],
    stack: [],
    ...(wait === undefined || isStopped ? undefined : { wait, children }),
    ...(isRunning && !wasAsked && { running: true }),
  };
}

/** Whether an error means that a process can't be had by its inspector, rather than a fault of ours. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof TimeoutError || error instanceof AttachError;
}
