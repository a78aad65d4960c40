// Whether a program handles SIGUSR1 itself: its handler has then taken the place of Node's, no inspector opens, and the
// kernel tells of both alike that the signal is caught.
//
// It is told by what the signal has not done. Node's handler does nothing but wake a thread that waits for nothing else,
// whatever the main thread is at; releases from 24 on name that thread. Of those before, either no thread was woken, or the
// main one is seen back in its loop's wait, before which it would have opened the inspector.

import { sleep } from '../../../asyncio.ts';
import { isPending, read, threadIds } from '../processInfo.ts';
import { isSeenInLoop } from './blocked.ts';

/** How often each thread but the main one has waited so far. */
export type Waits = ReadonlyMap<string, { readonly name: string; readonly waits: string }>;

const WAKEN_BY_NODE = 'SignalInspector';

export function waitsOf(pid: number): Waits {
  const found = new Map<string, { name: string; waits: string }>();
  for (const thread of threadIds(pid)) {
    const status = read(pid, `task/${thread}/status`) ?? '';
    const name = /^Name:\t(.*)$/m.exec(status)?.[1];
    const waits = /^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1];
    if (thread !== String(pid) && name !== undefined && waits !== undefined)
      found.set(thread, { name, waits });
  }
  return found;
}

/** Whether the signal has come to a handler of the program's own. False where that can't be told.
 * @param before the waits from before it was sent, for so long that Node would have opened its inspector */
export async function handledItself(pid: number, signal: number, before: Waits): Promise<boolean> {
  if (isPending(pid, signal)) return false;
  const now = waitsOf(pid);
  const named = [...before].filter(([, { name }]) => name === WAKEN_BY_NODE);
  const watched = named.length > 0 ? named : [...before];
  const stillWait = watched.every(([thread, { waits }]) => now.get(thread)?.waits === waits);
  if (watched.length > 0 && stillWait) return true;
  return named.length === 0 && (await comesBack(pid));
}

async function comesBack(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    if (isSeenInLoop(pid)) return true;
    await sleep(20);
  }
  return false;
}
