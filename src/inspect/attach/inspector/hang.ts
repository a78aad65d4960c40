// A thread that does not answer: what can be found out about it, and with what.

import { TimeoutError } from '../../../asyncio.ts';
import { AttachError } from '../attachError.ts';
import { processInfo } from '../processInfo.ts';
import type { HangView } from '../view.ts';
import { blockedIn } from './blocked.ts';
import { profile, stackNow } from './examine.ts';
import { runningTask } from './openHooks.ts';
import type { Channel } from './session.ts';

/** What is known of a thread by its inspector; `since` is the least that the caller knows. */
export async function examineThread(channel: Channel, since: number): Promise<HangView> {
  const task = await runningTask(channel);
  const hot = await profile(channel);
  const stack = await stackNow(channel);
  const busy = hot.reduce((sum, { share }) => sum + share, 0);
  return {
    kind: stack.length > 0 || busy > 0.5 ? 'script' : 'unknown',
    since,
    ...(task === undefined ? undefined : { task }),
    hot: hot.slice(0, 5),
    stack,
  };
}

/** What the system says of a process that does not even answer its inspector, or has none. */
export function examineFromOutside(pid: number, since: number): HangView {
  const { state } = processInfo(pid) ?? {};
  const wait = blockedIn(pid);
  const kind =
    state?.startsWith('stopped') === true ? 'stopped' : wait !== undefined ? 'native' : 'unknown';
  return { kind, since, hot: [], stack: [], ...(wait === undefined ? undefined : { wait }) };
}

/** Whether an error means that a process can't be had by its inspector, rather than a fault of ours. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof TimeoutError || error instanceof AttachError;
}
