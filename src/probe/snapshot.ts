// One look at all loops of the thread and their tasks (protocol.ts), in slices.
//
// 1. It changes nothing: it reads what is there, settles and subscribes to nothing, and keeps nothing when it is done.
// 2. What it tells was true at some time while it was made. A task that ends meanwhile may be left out; a circle of waits
//    is looked at once more, in one step, before it is told.

import type { Future } from '../core/future/future.ts';
import { hasCome, promiseAwaitedBy } from '../core/future/lookAtWait.ts';
import { parentOfTask } from '../core/task/parentOfTask.ts';
import type { Task } from '../core/task/task.ts';
import { lookAtLoop } from '../loop/lookAtLoop.ts';
import type { Loop } from '../loop/loop.ts';
import type { LoopResource } from '../loop/resources.ts';
import type { WaitView } from '../reports/taskWaits.ts';
import { clockOrigin, residentMemory, thisProcess, uptime } from '../sys/host/thisProcess.ts';
import { readAwaitStack, StackReader } from './awaitStack.ts';
import type { Counting } from './counting.ts';
import { findDeadlocks } from './deadlocks.ts';
import type { ProbeSubject } from './subject.ts';
import { numberOf } from './numbers.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type { SeenLoop, SeenResource, SeenState, SeenTask, Snapshot, SnapshotOptions } from './protocol.ts';
import { WaitLooker } from './seenWaits.ts';
import { inTurn, Slices } from './slices.ts';

type Draft = { -readonly [K in keyof SeenTask]: SeenTask[K] };

/** What is found out about a loop. */
interface LoopPart {
  readonly loop: Loop;
  readonly view: WaitView;
  readonly stoppers: Map<Task, readonly Task[]>;
}

/** What a look may know besides. */
export interface LookContext {
  /** The task that asks, if one does. */
  readonly running?: Task | undefined;
  readonly counting?: Counting | undefined;
}

/** Looks at everything. */
export function makeSnapshot(
  subject: ProbeSubject,
  options: SnapshotOptions,
  context: LookContext = {},
): Promise<Snapshot> {
  return inTurn(() => new SnapshotMaker(subject, context).make(options));
}

class SnapshotMaker {
  readonly #subject: ProbeSubject;
  readonly #running: Task | undefined;
  readonly #counting: Counting | undefined;
  readonly #slices: Slices;
  readonly #frames: StackReader = new StackReader();
  readonly #awaiters: Map<object, Set<number>> = new Map();
  readonly #drafts: Map<Task, Draft> = new Map();
  #total: number = 0;

  constructor(subject: ProbeSubject, { running, counting }: LookContext) {
    this.#subject = subject;
    this.#running = running;
    this.#counting = counting;
    this.#slices = new Slices(subject);
  }

  async make({ stacks = true, most = Infinity }: SnapshotOptions): Promise<Snapshot> {
    const { monotonic, runningLoops, viewWaits } = this.#subject;
    await this.#slices.turn();
    const began = monotonic();
    const loops: SeenLoop[] = [];
    for (const loop of runningLoops()) {
      const view = viewWaits(loop);
      const part: LoopPart = { loop, view, stoppers: new Map() };
      this.#total += view.tasks.length;
      await this.#lookAtTasks(part, Math.max(0, most - this.#drafts.size));
      if (stacks) await this.#lookAtStacks(part);
      loops.push(await this.#seeLoop(part));
    }
    const tasks = [];
    for (const [task, draft] of this.#drafts) {
      const awaiters = this.#awaiters.get(task);
      if (awaiters !== undefined) draft.awaiters = [...awaiters];
      tasks.push(draft);
      if (this.#slices.over) await this.#slices.turn();
    }
    const { threadName, ...process } = thisProcess();
    return {
      protocol: PROTOCOL,
      version: VERSION,
      ...process,
      ...(threadName !== undefined && { threadName }),
      at: Date.now(),
      uptime: uptime(),
      memory: residentMemory(),
      took: monotonic() - began,
      total: this.#total,
      loops,
      tasks,
    };
  }

  async #lookAtTasks({ loop, view, stoppers }: LoopPart, most: number): Promise<void> {
    const looker = new WaitLooker(view);
    const loopNumber = numberOf(loop);
    let left = most;
    // In the order in which they were made, before others name them.
    for (const task of view.tasks) {
      if (this.#slices.over) await this.#slices.turn();
      numberOf(task);
    }
    for (const task of view.tasks) {
      if (this.#slices.over) await this.#slices.turn();
      if (task.done()) continue;
      const futures = view.awaitedBy(task);
      const waits = futures.map((future) => looker.look(task, future));
      const found = waits.flatMap((wait) => wait.stoppers);
      if (found.length > 0) stoppers.set(task, found);
      this.#noteAwaits(task, futures);
      if (left-- <= 0) continue;
      const parent = parentOfTask(task);
      const { name: called } = task.getCoro();
      const id = numberOf(task);
      const state = this.#stateOf(task, futures, view);
      const created = this.#frames.read(['', ...this.#subject.creationLines(task)].join('\n'));
      this.#drafts.set(task, {
        id,
        loop: loopNumber,
        name: task.getName(),
        ...(called !== '' && { called }),
        state,
        waits: waits.map((wait) => wait.seen),
        ...(created.length > 0 && { created }),
        ...(parent !== undefined && !parent.done() && { parent: numberOf(parent) }),
        awaiters: [],
        cancels: task.cancelling(),
        ...this.#countsOf(id),
      });
    }
  }

  #countsOf(id: number): Pick<SeenTask, 'steps' | 'cpu' | 'since' | 'age'> | undefined {
    const counts = this.#counting?.ofTask(id);
    if (counts === undefined) return undefined;
    const { steps, cpu, waits, made } = counts;
    const now = clockOrigin() + this.#subject.monotonic();
    return {
      steps,
      cpu,
      ...(waits !== undefined && { since: now - waits }),
      ...(made !== undefined && { age: now - made }),
    };
  }

  #stateOf(task: Task, futures: readonly Future[], view: WaitView): SeenState {
    if (task === this.#running) return 'running';
    if (task.cancelling() > 0 || view.hasPendingCancel(task)) return 'cancelling';
    if (!view.isStarted(task)) return 'created';
    if (futures.length === 0) return 'elsewhere';
    return futures.some(hasCome) ? 'ready' : 'waiting';
  }

  /** Whoever waits for a group, or anything else that stands for several, awaits all of them. */
  #noteAwaits(task: Task, futures: readonly Future[]): void {
    const number = numberOf(task);
    for (const future of futures) {
      this.#noteAwaiter(future, number);
      for (const joined of future.blocker?.joins ?? []) this.#noteAwaiter(joined, number);
    }
  }

  #noteAwaiter(future: object, number: number): void {
    // Only of tasks is it told.
    if (!('getCoro' in future)) return;
    const known = this.#awaiters.get(future);
    if (known === undefined) this.#awaiters.set(future, new Set([number]));
    else known.add(number);
  }

  async #lookAtStacks({ view, loop }: LoopPart): Promise<void> {
    for (const [task, draft] of this.#drafts) {
      if (draft.loop !== numberOf(loop)) continue;
      if (this.#slices.over) await this.#slices.turn();
      for (const future of view.awaitedBy(task)) {
        const stack = await this.#stackOf(task, future, view);
        if (stack.length === 0) continue;
        draft.stack = stack;
        break;
      }
    }
  }

  async #stackOf(task: Task, future: Future, view: WaitView): Promise<NonNullable<SeenTask['stack']>> {
    const promise = promiseAwaitedBy(task, future);
    if (promise !== undefined) {
      const text = await new Promise<string>((take) => readAwaitStack(promise, take));
      const frames = this.#frames.read(text);
      if (frames.length > 0) return frames;
    }
    return this.#frames.read(['', ...view.linesOf(future, task)].join('\n'));
  }

  async #seeLoop({ loop, view, stoppers }: LoopPart): Promise<SeenLoop> {
    const { iterations, ready, timers, backend, resources } = lookAtLoop(loop);
    const counts = this.#counting?.ofLoop(loop);
    const deadlocks = await findDeadlocks(stoppers, view, this.#slices);
    return {
      id: numberOf(loop),
      name: this.#subject.isThreadLoop(loop) ? 'thread' : 'run',
      ...(backend !== undefined && { backend }),
      debug: view.debug,
      iterations,
      ready,
      timers,
      ...(counts !== undefined && { counts }),
      resources: resources.map((resource) => this.#seeResource(resource)),
      deadlocks: deadlocks.map((circle) => circle.map(numberOf)),
    };
  }

  #seeResource(resource: LoopResource): SeenResource {
    const place = this.#frames.read(['', ...this.#subject.creationLines(resource)].join('\n'));
    return { what: describeResource(resource), ...(place.length > 0 && { place }) };
  }
}

function describeResource(resource: LoopResource): string {
  try {
    const told: unknown = resource.loopDescription?.() ?? resource.constructor.name;
    return typeof told === 'string' ? told : 'something';
  } catch {
    return 'something';
  }
}
