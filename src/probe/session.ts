// What one who looks may ask for, by the names of the protocol.

import { evaluateHere } from '../sys/host/evaluateHere.ts';
import { socketsBeside } from '../sys/host/lookSocket.ts';
import { thisProcess } from '../sys/host/thisProcess.ts';
import type { ProbeSubject } from './subject.ts';
import { Trace } from './trace.ts';
import { Watch } from './watch.ts';
import type { Audience, MayEvaluate, Params } from './audience.ts';
import type { Counting } from './counting.ts';
import { findTask } from './everyTask.ts';
import { Parts } from './parts.ts';
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
import { lookAtAll, lookAtTask } from './snapshot.ts';

type Method = (params: Params, id: number) => unknown;

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
    trace: (params) => this.#startTrace(params),
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
    const parts = this.#parts((part) => ({ id, part }));
    const context = { counting: this.#counting };
    return await parts.finish(await lookAtAll(this.#subject, snapshotOptions(params), context, parts));
  }

  #startWatch(params: Params): true {
    const { interval } = params;
    if (typeof interval !== 'number' || !(interval >= 0))
      throw new RefusedError('bad-params', 'interval is a number of milliseconds');
    this.#endWatch();
    this.#watch = new Watch(this.#subject, this.#counting, {
      stacks: false,
      ...snapshotOptions(params),
      interval: Math.max(SHORTEST, interval),
      slow: () => this.#audience.slow,
      parts: () => this.#parts((data) => ({ event: 'part', data })),
      tell: (data) => this.#audience.send({ event: 'snapshot', data }),
    });
    return true;
  }

  #parts(message: (part: readonly SeenTask[]) => Answer | Told): Parts {
    return new Parts(this.#subject, this.#audience, message);
  }

  #endWatch(): true {
    this.#watch?.end();
    this.#watch = undefined;
    return true;
  }

  #startTrace({ mayLose }: Params): true {
    this.#trace ??= new Trace(this.#subject, this.#audience, mayLose === true);
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
      throw new RefusedError(
        'not-allowed',
        "it does not let code be evaluated: start it with run(main, { inspect: 'evaluate' })",
      );
    const { runningLoops, viewWaits } = this.#subject;
    const loops = runningLoops();
    const tasks = loops.flatMap((loop) => [...viewWaits(loop).tasks]);
    return await evaluateHere(code, mayChange === true, { loops, tasks });
  }

  async #cancel({ task: number, message = '' }: Params): Promise<boolean> {
    if (typeof message !== 'string') throw new RefusedError('bad-params', 'message is a string');
    const { runAtRoot, runningLoops } = this.#subject;
    const found = await findTask(runningLoops(), numberIn(number), new Slices(this.#subject));
    return found !== undefined && runAtRoot(() => found.task.cancel(message));
  }

  async #task({ task: number }: Params): Promise<SeenTask | undefined> {
    return await lookAtTask(this.#subject, numberIn(number), { counting: this.#counting });
  }
}

function numberIn(task: unknown): number {
  if (typeof task !== 'number') throw new RefusedError('bad-params', 'task is the number of a task');
  return task;
}

function snapshotOptions({ stacks, most }: Params): SnapshotOptions {
  if (stacks !== undefined && typeof stacks !== 'boolean')
    throw new RefusedError('bad-params', 'stacks is true or false');
  if (most !== undefined && (typeof most !== 'number' || !(most >= 0)))
    throw new RefusedError('bad-params', 'most is a number of tasks');
  return { ...(stacks !== undefined && { stacks }), ...(most !== undefined && { most }) };
}
