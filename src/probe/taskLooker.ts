// One task of a loop as plain values, with its stack.
//
// 1. What is told of a task was true at one time: it is read in one step, and the stack in the microtasks right behind.
// 2. It changes nothing: it reads what is there, settles and subscribes to nothing.

import type { Future } from '../core/future/future.ts';
import { hasCome, promiseAwaitedBy } from '../core/future/lookAtWait.ts';
import { parentOfTask } from '../core/task/lookAtTasks.ts';
import type { Task } from '../core/task/task.ts';
import type { Loop } from '../loop/loop.ts';
import type { WaitView } from '../reports/taskWaits.ts';
import { clockOrigin } from '../sys/host/thisProcess.ts';
import { readAwaitStack } from './awaitStack.ts';
import type { StackReader } from './awaitStack.ts';
import type { Counting } from './counting.ts';
import { numberOf } from './numbers.ts';
import type { SeenFrame, SeenState, SeenTask } from './protocol.ts';
import { WaitLooker } from './seenWaits.ts';
import type { LookedWait } from './seenWaits.ts';
import { shortText } from './shortText.ts';
import type { ProbeSubject } from './subject.ts';

/** What a look may know besides. */
export interface LookContext {
  /** The task that asks, if one does. */
  readonly running?: Task | undefined;
  readonly counting?: Counting | undefined;
}

export class TaskLooker {
  readonly #subject: ProbeSubject;
  readonly #context: LookContext;
  readonly #frames: StackReader;
  readonly #view: WaitView;
  readonly #waits: WaitLooker;
  readonly #loop: number;

  /** For the tasks of `loop`, in one look. */
  constructor(
    subject: ProbeSubject,
    loop: Loop,
    view: WaitView,
    { frames, ...context }: LookContext & { readonly frames: StackReader },
  ) {
    this.#subject = subject;
    this.#context = context;
    this.#frames = frames;
    this.#view = view;
    this.#waits = new WaitLooker(view);
    this.#loop = numberOf(loop);
  }

  /** What it waits for now. */
  waitsOf(task: Task): LookedWait[] {
    return this.#view.awaitedBy(task).map((future) => this.#waits.look(task, future));
  }

  /** All that is told of it. @param awaiters the numbers of the tasks that await it */
  async look(
    task: Task,
    waits: readonly LookedWait[],
    awaiters: readonly number[],
    stacks: boolean,
  ): Promise<SeenTask> {
    const futures = this.#view.awaitedBy(task);
    const parent = parentOfTask(task);
    const { name: called } = task.getCoro();
    const id = numberOf(task);
    const created = this.#frames.read(['', ...this.#subject.creationLines(task)].join('\n'));
    const seen: SeenTask = {
      id,
      loop: this.#loop,
      name: shortText(task.getName()),
      ...(called !== '' && { called: shortText(called) }),
      state: this.#stateOf(task, futures),
      waits: waits.map((wait) => wait.seen),
      ...(created.length > 0 && { created }),
      ...(parent !== undefined && !parent.done() && { parent: numberOf(parent) }),
      awaiters,
      cancels: task.cancelling(),
      age: this.#subject.ageOf(task),
      ...this.#countsOf(id),
    };
    const stack = stacks ? await this.#stackOf(task, futures) : [];
    return stack.length > 0 ? { ...seen, stack } : seen;
  }

  #countsOf(id: number): Pick<SeenTask, 'steps' | 'cpu' | 'since'> | undefined {
    const counts = this.#context.counting?.ofTask(id);
    if (counts === undefined) return undefined;
    const { steps, cpu, waits } = counts;
    const now = clockOrigin() + this.#subject.monotonic();
    return {
      steps,
      cpu,
      ...(waits !== undefined && { since: now - waits }),
    };
  }

  #stateOf(task: Task, futures: readonly Future[]): SeenState {
    const { hasPendingCancel, isStarted } = this.#view;
    if (task === this.#context.running) return 'running';
    if (task.cancelling() > 0 || hasPendingCancel(task)) return 'cancelling';
    if (!isStarted(task)) return 'created';
    if (futures.length === 0) return 'elsewhere';
    return futures.some(hasCome) ? 'ready' : 'waiting';
  }

  /** That of the first of what it waits for that has one. */
  async #stackOf(task: Task, futures: readonly Future[]): Promise<readonly SeenFrame[]> {
    for (const future of futures) {
      const promise = promiseAwaitedBy(task, future);
      if (promise !== undefined) {
        const text = await new Promise<string>((take) => readAwaitStack(promise, take));
        const frames = this.#frames.read(text);
        if (frames.length > 0) return frames;
      }
      const known = this.#frames.read(['', ...this.#view.linesOf(future, task)].join('\n'));
      if (known.length > 0) return known;
    }
    return [];
  }
}
