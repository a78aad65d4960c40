// What is asked of a thread through the inspector: whether it has the library, and to open its sockets.
//
// The hook (protocol.ts) is a list, an entry for each copy of the library in the thread.

import type { Opened, OpenOptions } from '../../../lowlevel.ts';
import { AttachError } from '../attachError.ts';
import type { Channel } from './session.ts';

const HOOKS = "(globalThis[Symbol.for('asyncio-ts.inspect')] ?? [])";

/** How many copies of the library the thread has. It needs no turn of its loop. */
export async function countHooks(channel: Channel): Promise<number> {
  return (await channel.evaluate(`${HOOKS}.length`)) as number;
}

// What the hook loads is loaded when somebody looks.
const MISSING = /Cannot find (?:module|package) |no such file/;

/** Opens the sockets of a thread, and says where they are. It needs turns of its loop: where that hangs, it never ends.
 * @param of the process, in words */
export async function openHooks(channel: Channel, options: OpenOptions, of: string): Promise<Opened[]> {
  const expression = `Promise.all(${HOOKS}.map((hook) => hook.open(${JSON.stringify(options)})))`;
  try {
    return (await channel.evaluate(expression, true)) as Opened[];
  } catch (error) {
    if (!(error instanceof AttachError) || !MISSING.test(error.message)) throw error;
    throw new AttachError(
      'closed',
      `${of} runs a copy of asyncio-ts whose files are not there any more, since the package was replaced or ` +
        'removed under it: start it again',
      { cause: error },
    );
  }
}

/** What a thread does in this very moment, as far as an interrupt can be told: the task whose code runs, and for how many
 * milliseconds its loop has not turned. */
export async function atThisMoment(channel: Channel): Promise<{ task: string | undefined; busy: number }> {
  // A copy of the library of another version may have less.
  const expression = `${HOOKS}.map((hook) => ({ task: hook.running?.(), busy: hook.busy?.() ?? 0 }))`;
  const each = (await channel.evaluate(expression)) as { task?: string; busy: number | null }[];
  return {
    task: each.find(({ task }) => task !== undefined)?.task,
    busy: Math.max(0, ...each.map(({ busy }) => busy ?? 0)),
  };
}
