// What each request of the load does: a task with a context of its own and a child. One that is to be left by its
// client waits for ever, and only its cancel can end it.

import { ContextVar, createTask, currentTask, Event, isCancelled, sleep, taskGroup } from 'asyncio-ts';

export interface Counts {
  started: number;
  answered: number;
  cancelled: number;
  /** Saw another request's context, or task. */
  mixed: number;
  /** Went on although its client had left. */
  stayed: number;
  alive: number;
}

export const counts: Counts = { started: 0, answered: 0, cancelled: 0, mixed: 0, stayed: 0, alive: 0 };

const request = new ContextVar<string>('request');

/** Returns `id`; for an id that begins with `leave` never. */
export async function work(id: string): Promise<string> {
  const task = currentTask();
  request.set(id);
  counts.started++;
  counts.alive++;
  const check = (): void => {
    if (request.get() !== id || currentTask() !== task) counts.mixed++;
  };
  try {
    process.send?.({ started: id });
    const result = await taskGroup(async (group) => {
      group.startSoon(async () => {
        await sleep(1);
        if (request.get() !== id) counts.mixed++;
      });
      await sleep(id.length % 3);
      check();
      if (id.startsWith('leave')) {
        await new Event().wait();
        counts.stayed++;
      }
      await createTask(() => sleep(1));
      await new Promise((resolve) => void setImmediate(resolve));
      check();
      return id;
    });
    counts.answered++;
    return result;
  } catch (error) {
    if (isCancelled(error)) counts.cancelled++;
    throw error;
  } finally {
    await sleep(1);
    counts.alive--;
  }
}
