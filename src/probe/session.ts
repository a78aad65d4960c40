// What one who looks may ask for, by the names of the protocol.

import type { Task } from '../core/task/task.ts';
import { evaluateHere } from '../sys/host/evaluateHere.ts';
import { socketsBeside } from '../sys/host/lookSocket.ts';
import { thisProcess } from '../sys/host/thisProcess.ts';
import type { ProbeSubject } from './subject.ts';
import { Trace } from './trace.ts';
import { Watch } from './watch.ts';
import type { Audience, MayEvaluate, Params } from './audience.ts';
import type { Counting } from './counting.ts';
import { numberOf } from './numbers.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type {
  Answer,
  Evaluated,
  Hello,
  Requests,
  SeenTask,
  Snapshot,
  SnapshotOptions,
  Told,
} from './protocol.ts';
import { RefusedError } from './refusedError.ts';
import { Slices } from './slices.ts';
import { makeSnapshot } from './snapshot.ts';

type Method = (params: Params, id: number) => unknown;

/** So many tasks make a part of an answer. */
const PART = 50;
/** The shortest time between two snapshots of a watch, in milliseconds. */
const SHORTEST = 20;

export class Session {
  readonly #subject: ProbeSubject;
  readonly #counting: Counting;
  readonly #audience: Audience;
  readonly #mayEvaluate: MayEvaluate;
  #key: unknown = undefined;
  #watch: Watch | undefined = undefined;
  #trace: Trace | undefined = undefined;

  readonly #methods: Partial<Record<keyof Requests, Method>> = {
    hello: (params) => this.#hello(params),
    snapshot: (params, id) => this.#snapshot(params, id),
    watch: (params) => this.#startWatch(params),
    unwatch: () => this.#endWatch(),
    cancel: (params) => this.#cancel(params),
    task: (params) => this.#task(params),
    trace: () => this.#startTrace(),
    untrace: () => this.#endTrace(),
    evaluate: (params) => this.#evaluate(params),
  };

  constructor(subject: ProbeSubject, counting: Counting, audience: Audience, mayEvaluate: MayEvaluate) {
    this.#subject = subject;
    this.#counting = counting;
    this.#audience = audience;
    this.#mayEvaluate = mayEvaluate;
  }

  /** The result of a request, or a promise of it. @throws RefusedError */
  answer(method: string, params: Params, id: number): unknown {
    const own = Object.hasOwn(this.#methods, method) ? this.#methods[method as keyof Requests] : undefined;
    if (own === undefined) throw new RefusedError('unknown-method', `there is no request "${method}"`);
    return own(params, id);
  }

  /** Nobody is told of anything any more. */
  end(): void {
    this.#endWatch();
    this.#endTrace();
  }

  #hello({ key }: Params): Hello {
    this.#key = key;
    const { pid, thread, runtime, title } = thisProcess();
    return {
      protocol: PROTOCOL,
      version: VERSION,
      pid,
      thread,
      runtime,
      title,
      threads: socketsBeside(thread),
      evaluates: this.#mayEvaluate(this.#key),
    };
  }

  async #snapshot(params: Params, id: number): Promise<Snapshot> {
    const snapshot = await makeSnapshot(this.#subject, snapshotOptions(params), {
      counting: this.#counting,
    });
    return await sendAhead(this.#subject, this.#audience, snapshot, (part) => ({ id, part }));
  }

  #startWatch(params: Params): true {
    const { interval } = params;
    if (typeof interval !== 'number' || !(interval >= 0))
      throw new RefusedError('bad-params', 'interval is a number of milliseconds');
    this.#endWatch();
    const part = (data: SeenTask[]): Told => ({ event: 'part', data });
    this.#watch = new Watch(this.#subject, this.#counting, {
      stacks: false,
      ...snapshotOptions(params),
      interval: Math.max(SHORTEST, interval),
      slow: () => this.#audience.slow,
      tell: async (snapshot) => {
        const data = await sendAhead(this.#subject, this.#audience, snapshot, part);
        this.#audience.send({ event: 'snapshot', data });
      },
    });
    return true;
  }

  #endWatch(): true {
    this.#watch?.end();
    this.#watch = undefined;
    return true;
  }

  #startTrace(): true {
    this.#trace ??= new Trace(this.#subject, this.#audience);
    return true;
  }

  #endTrace(): true {
    this.#trace?.end();
    this.#trace = undefined;
    return true;
  }

  async #evaluate({ code, mayChange }: Params): Promise<Evaluated> {
    if (typeof code !== 'string') throw new RefusedError('bad-params', 'code is a string');
    if (!this.#mayEvaluate(this.#key))
      throw new RefusedError('not-allowed', 'this connection was not opened for evaluating code');
    const { runningLoops, viewWaits } = this.#subject;
    const loops = runningLoops();
    const tasks = loops.flatMap((loop) => [...viewWaits(loop).tasks]);
    return await evaluateHere(code, mayChange === true, { loops, tasks });
  }

  #cancel({ task: number, message = '' }: Params): boolean {
    if (typeof message !== 'string') throw new RefusedError('bad-params', 'message is a string');
    const task = this.#find(number);
    return task !== undefined && this.#subject.runAtRoot(() => task.cancel(message));
  }

  async #task({ task: number }: Params): Promise<SeenTask | undefined> {
    if (this.#find(number) === undefined) return undefined;
    const { tasks } = await makeSnapshot(this.#subject, {}, { counting: this.#counting });
    return tasks.find(({ id }) => id === number);
  }

  #find(number: unknown): Task | undefined {
    if (typeof number !== 'number') throw new RefusedError('bad-params', 'task is the number of a task');
    const { runningLoops, viewWaits } = this.#subject;
    for (const loop of runningLoops()) {
      const task = viewWaits(loop).tasks.find((one) => numberOf(one) === number);
      if (task !== undefined) return task;
    }
    return undefined;
  }
}

/** Sends the first tasks of a snapshot in parts, so that the text of all is neither made at once nor held for somebody
 * who reads slowly.
 * @returns the snapshot with the rest */
async function sendAhead(
  subject: ProbeSubject,
  audience: Audience,
  snapshot: Snapshot,
  message: (part: SeenTask[]) => Answer | Told,
): Promise<Snapshot> {
  const { tasks } = snapshot;
  const slices = new Slices(subject);
  let at = 0;
  for (; at + PART < tasks.length && !audience.gone; at += PART) {
    if (slices.over) await slices.turn();
    audience.send(message(tasks.slice(at, at + PART)));
    if (audience.slow) await audience.whenTaken();
  }
  return { ...snapshot, tasks: tasks.slice(at) };
}

function snapshotOptions({ stacks, most }: Params): SnapshotOptions {
  if (stacks !== undefined && typeof stacks !== 'boolean')
    throw new RefusedError('bad-params', 'stacks is true or false');
  if (most !== undefined && (typeof most !== 'number' || !(most >= 0)))
    throw new RefusedError('bad-params', 'most is a number of tasks');
  return { ...(stacks !== undefined && { stacks }), ...(most !== undefined && { most }) };
}
