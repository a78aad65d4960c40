// Tasks that somebody keeps, a group or a gather: the keeper is told of the end of each, and a group lists them.
//
// 1. The keeper's turn is an entry in the ready queue, the iteration after the end and before the turns of all who
//    came later. That entry is the task itself, which has the links of the list too: a record beside each task was
//    the largest single cost of starting one in a group.
// 2. So a task has one keeper, from a time at which nobody waits for it yet. A task factory may return one that is
//    kept, waited for or done already: then the keeper has a record of its own, as any other that waits.
// 3. The keeper looks at the error. What it leaves, and what fails while the loop stands still, is noted as never
//    retrieved (unretrieved.ts).

import { cancelAll } from '../cancel/cancel.ts';
import type { Frame } from '../cancel/frame.ts';
import { isUnobserved, onDone } from '../future/doneCallback.ts';
import { noteKeeper } from '../future/futureState.ts';
import type { Coroutine } from './coroutine.ts';
import { Task } from './task.ts';
import type { Child, ChildKeeper, TaskOptions } from './task.ts';

/** A task that is made for a keeper: one that has room for it and for its place in the list. Those of others get
 * these fields when they are kept, and have no room for them before. */
export class KeptTask<T> extends Task<T> {
  constructor(coro: Coroutine<T>, options: TaskOptions) {
    super(coro, options);
    this._group = undefined;
    this._nextChild = undefined;
    this._previousChild = undefined;
  }
}

/** `keeper` is told of the task's end, by what is returned. */
export function keep(task: Task, keeper: ChildKeeper): Child {
  const taken = task._group !== undefined && task._group !== keeper;
  if (!taken && isUnobserved(task)) {
    task._group = keeper;
    noteKeeper(task);
    return task;
  }
  task._group ??= keeper;
  const record: Child = { task, _nextChild: undefined, _previousChild: undefined };
  onDone(task, () => keeper.childEnded(record));
  return record;
}

/** The task that waits for a group, gather or shield that `task` is in. */
export function parentOf(task: Task): Task | undefined {
  return (task._group as { readonly parentTask?: Task | undefined } | undefined)?.parentTask;
}

/** The frame of the group that the task is in, whose end is the task's. */
export function frameOfGroup(task: Task): Frame | undefined {
  return (task._group as Partial<ChildKeeper> | undefined)?.frame;
}

/** Says who waits for a task, for reports and call graphs; the first who does counts. */
export function noteGroup(task: Task, group: { readonly parentTask: Task | undefined }): void {
  task._group ??= group as ChildKeeper;
}

/** A group's children, in the order in which they were started: so they are cancelled and shown. */
export class Children implements ChildKeeper {
  size: number = 0;
  readonly #keeper: ChildKeeper;
  #first: Child | undefined = undefined;
  #last: Child | undefined = undefined;

  /** `keeper` is told of the end of each, when it has left the list. */
  constructor(keeper: ChildKeeper) {
    this.#keeper = keeper;
  }

  get parentTask(): Task | undefined {
    return this.#keeper.parentTask;
  }

  get frame(): Frame | undefined {
    return this.#keeper.frame;
  }

  /** Puts a task at the end; `keeper` is told of its end and takes it out: the list itself in general. */
  add(task: Task, keeper: ChildKeeper): void {
    const child = keep(task, keeper);
    const last = this.#last;
    child._previousChild = last;
    if (last === undefined) this.#first = child;
    else last._nextChild = child;
    this.#last = child;
    this.size++;
  }

  delete(child: Child): void {
    const { _nextChild: next, _previousChild: previous } = child;
    if (previous === undefined) this.#first = next;
    else previous._nextChild = next;
    if (next === undefined) this.#last = previous;
    else next._previousChild = previous;
    child._nextChild = child._previousChild = undefined;
    this.size--;
  }

  childEnded(child: Child): void {
    this.delete(child);
    this.#keeper.childEnded(child);
  }

  /** Cancels each; one that ends at once stays in the list until its turn. */
  cancel(): void {
    if (this.size > 0) cancelAll(this, '');
  }

  *[Symbol.iterator](): Generator<Task, void, undefined> {
    for (let child = this.#first; child !== undefined; child = child._nextChild) yield child.task;
  }
}
