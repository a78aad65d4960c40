// One look at all loops of the thread and their tasks (protocol.ts), in slices.
//
// 1. It changes nothing, and keeps nothing when it is done.
// 2. The tasks are those that there were when it began: one that ends before its turn is left out, one that is made later
//    is not in it.
// 3. Each task is told as it stood in one moment, its stack included; different tasks as of different moments. Who awaits
//    it is from a little earlier, since all have to be asked for that. A circle of waits is looked at once more, in one
//    step, before it is told.
// 4. A task is handed on when it has been looked at, so that as few as possible are held at a time: what lives through a
//    collection of garbage makes it long.

import type { Task } from '../core/task/task.ts';
import { lookAtLoop } from '../loop/lookAtLoop.ts';
import type { Loop } from '../loop/loop.ts';
import type { LoopResource } from '../loop/resources.ts';
import type { WaitView } from '../reports/taskWaits.ts';
import { residentMemory, thisProcess, uptime } from '../sys/host/thisProcess.ts';
import { Awaiters } from './awaiters.ts';
import { StackReader } from './awaitStack.ts';
import { findDeadlocks } from './deadlocks.ts';
import { findTask, listTasks } from './everyTask.ts';
import type { ProbeSubject } from './subject.ts';
import { numberOf } from './numbers.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type { SeenLoop, SeenResource, SeenTask, Snapshot, SnapshotOptions } from './protocol.ts';
import type { LookedWait } from './seenWaits.ts';
import { shortText } from './shortText.ts';
import { Slices } from './slices.ts';
import { TaskLooker } from './taskLooker.ts';
import type { LookContext } from './taskLooker.ts';

/** Who takes the tasks of a look as they are found. */
export interface TaskTaker {
  /** False when nobody wants the rest: the look ends as it is. */
  readonly isThere: boolean;
  /** The look goes on when what it returns is there. */
  take(task: SeenTask): Promise<void> | undefined;
  /** Called from time to time while it goes on. */
  working(): void;
}

/** A snapshot without its tasks. */
export type Heading = Omit<Snapshot, 'tasks'>;

/** Looks at everything, and hands the tasks to `taker`. */
export function lookAtAll(
  subject: ProbeSubject,
  options: SnapshotOptions,
  context: LookContext,
  taker: TaskTaker,
): Promise<Heading> {
  return new Look(subject, context, taker).make(options);
}

/** Looks at everything, and returns all at once. */
export async function makeSnapshot(
  subject: ProbeSubject,
  options: SnapshotOptions,
  context: LookContext = {},
): Promise<Snapshot> {
  const tasks: SeenTask[] = [];
  const take = (task: SeenTask): undefined => void tasks.push(task);
  const taker = { isThere: true, take, working: () => {} };
  return { ...(await lookAtAll(subject, options, context, taker)), tasks };
}

/** Looks at one task, with its stack; undefined when there is none of that number, or it is done. */
export async function lookAtTask(
  subject: ProbeSubject,
  number: number,
  context: LookContext,
): Promise<SeenTask | undefined> {
  const slices = new Slices(subject);
  const found = await findTask(subject.runningLoops(), number, slices);
  if (found === undefined) return undefined;
  const { task } = found;
  const loop = task.getLoop();
  const view = subject.viewWaits(loop);
  const awaiters = new Awaiters(task);
  await noteAwaits(await listTasks(loop, slices), view, awaiters, slices);
  if (task.done()) return undefined;
  const looker = new TaskLooker(subject, loop, view, { ...context, frames: new StackReader() });
  return await looker.look(task, looker.waitsOf(task), awaiters.of(task), true);
}

async function noteAwaits(
  tasks: readonly Task[],
  view: WaitView,
  awaiters: Awaiters,
  slices: Slices,
): Promise<void> {
  for (const task of tasks) {
    if (slices.over) await slices.turn();
    await awaiters.note(view.awaitedBy(task), numberOf(task), slices);
  }
}

class Look {
  readonly #subject: ProbeSubject;
  readonly #context: LookContext;
  readonly #taker: TaskTaker;
  readonly #slices: Slices;
  readonly #frames: StackReader = new StackReader();
  /** How many tasks there were, and how many have been handed on. */
  #total: number = 0;
  #taken: number = 0;

  constructor(subject: ProbeSubject, context: LookContext, taker: TaskTaker) {
    this.#subject = subject;
    this.#context = context;
    this.#taker = taker;
    this.#slices = new Slices(subject, () => taker.working());
  }

  async make({ stacks = true, most = Infinity }: SnapshotOptions): Promise<Heading> {
    const { monotonic, runningLoops } = this.#subject;
    await this.#slices.turn();
    const began = monotonic();
    const loops: SeenLoop[] = [];
    for (const loop of runningLoops()) loops.push(await this.#lookAtLoop(loop, stacks, most));
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
    };
  }

  async #lookAtLoop(loop: Loop, stacks: boolean, most: number): Promise<SeenLoop> {
    const slices = this.#slices;
    const view = this.#subject.viewWaits(loop);
    const tasks = await listTasks(loop, slices);
    this.#total += tasks.length;
    const awaiters = new Awaiters();
    await noteAwaits(tasks, view, awaiters, slices);
    const looker = new TaskLooker(this.#subject, loop, view, { ...this.#context, frames: this.#frames });
    const stoppers: Map<Task, readonly Task[]> = new Map();
    for (const task of tasks) {
      if (slices.over) await slices.turn();
      if (!this.#taker.isThere) break;
      if (task.done()) continue;
      const waits = looker.waitsOf(task);
      const found = stoppersIn(waits);
      if (found.length > 0) stoppers.set(task, found);
      if (this.#taken >= most) continue;
      this.#taken++;
      const taken = this.#taker.take(await looker.look(task, waits, awaiters.of(task), stacks));
      if (taken !== undefined) {
        await taken;
        await slices.turn();
      }
    }
    return this.#seeLoop(loop, view, await findDeadlocks(stoppers, view, slices));
  }

  #seeLoop(loop: Loop, view: WaitView, deadlocks: readonly (readonly Task[])[]): SeenLoop {
    const { iterations, ready, timers, backend, resources } = lookAtLoop(loop);
    const counts = this.#context.counting?.ofLoop(loop);
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

/** The tasks of which each alone keeps the one that waits from going on. */
function stoppersIn(waits: readonly LookedWait[]): readonly Task[] {
  // Of a group of thousands there is no second list.
  return waits.length === 1 ? (waits[0] as LookedWait).stoppers : waits.flatMap(({ stoppers }) => stoppers);
}

function describeResource(resource: LoopResource): string {
  try {
    const told: unknown = resource.loopDescription?.() ?? resource.constructor.name;
    return typeof told === 'string' ? shortText(told) : 'something';
  } catch {
    return 'something';
  }
}
