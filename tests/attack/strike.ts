// One blow: something is thrown from one place, in a program in which other tasks go on. Afterwards the loop
// must still go on, and what was thrown must have come to somebody, once.

import { setTimeout as hostTimer } from 'node:timers/promises';
import { createTask, newEventLoop, run, sleep } from '../../src/asyncio.ts';
import type { BackendName, EventLoop, Task } from '../../src/asyncio.ts';
import type { Place } from './places.ts';

/** Milliseconds after which a loop that has not moved has stopped. */
const STOPPED = 5000;

export interface StrikeOptions {
  readonly debug?: boolean;
  readonly backend?: BackendName;
  readonly loop?: EventLoop;
}

/** @throws Error with what went wrong */
export async function strike(place: Place, value: unknown, options: StrikeOptions = {}): Promise<void> {
  const { loop = newEventLoop(options) } = options;
  let calls = 0;
  let reported = 0;
  let caught = 0;
  const strange: unknown[] = [];
  const { promise: called, resolve } = Promise.withResolvers<void>();
  const fault = (): never => {
    calls++;
    resolve();
    throw value;
  };
  loop.setExceptionHandler((_, { exception, message }) => {
    if (message === 'not counted') return;
    if (holds(exception, value)) reported++;
    else strange.push(exception);
  });
  const blow = async (): Promise<void> => {
    const others = startOthers();
    try {
      await place.attack({ loop, fault, called });
    } catch (error) {
      if (holds(error, value)) caught++;
      else strange.push(error);
    }
    await others.goOn();
  };
  await moving(run(blow, { loop, handleSignals: false }), place.name);
  const seen = `called ${calls} times, caught ${caught}, reported ${reported}`;
  if (strange.length > 0)
    throw new Error(`${place.name}: something else came of it (${seen})`, { cause: strange[0] });
  // What the host does by itself, as an await of a promise that has a `then` of its own, may call nothing.
  const right =
    place.goesTo === 'caller'
      ? caught === Math.min(calls, 1) && reported === 0
      : caught === 0 && reported === calls && calls > 0;
  if (!right) throw new Error(`${place.name}: it goes to the ${place.goesTo}, but: ${seen}`);
}

/** `program`, unless it does not end. */
export async function moving<T>(program: Promise<T>, name: string): Promise<T> {
  const end = new AbortController();
  const stopped = hostTimer(STOPPED, undefined, { signal: end.signal }).then(() => {
    throw new Error(`${name}: the loop has stopped`);
  });
  try {
    return await Promise.race([program, stopped]);
  } finally {
    end.abort();
    await stopped.catch(() => {});
  }
}

/** Tasks that go on beside an attack: one in every iteration, one in time. */
export function startOthers(): { goOn(): Promise<void> } {
  let turns = 0;
  let times = 0;
  const tasks: Task[] = [
    createTask(async () => {
      for (;;) {
        await sleep(0);
        turns++;
      }
    }),
    createTask(async () => {
      for (;;) {
        await sleep(1);
        times++;
      }
    }),
  ];
  return {
    async goOn(): Promise<void> {
      const [turnsBefore, timesBefore] = [turns, times];
      while (turns < turnsBefore + 2 || times < timesBefore + 1) await sleep(1);
      for (const task of tasks) task.cancel();
      await Promise.allSettled(tasks);
    },
  };
}

/** True when `value` is `error`, or is in it as the error of a group. */
function holds(error: unknown, value: unknown): boolean {
  if (Object.is(error, value)) return true;
  try {
    return error instanceof AggregateError && error.errors.some((one) => holds(one, value));
  } catch {
    return false;
  }
}
