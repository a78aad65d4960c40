// The tasks that race, any, hedge and gather start for their caller: they name who waits for them, and
// belong to the cancel scope around the call, as a group's children do.

import { enclose, scopeOf } from '../core/cancel/frame.ts';
import type { EnclosingScope } from '../core/cancel/frame.ts';
import { noteGroup } from '../core/task/kept.ts';
import type { Task } from '../core/task/task.ts';
import { onDone } from '../core/future/doneCallback.ts';

export function enlistTask(
  task: Task,
  group: { readonly parentTask: Task | undefined },
  scope: EnclosingScope | undefined,
): void {
  noteGroup(task, group);
  if (scope === undefined || scopeOf(task) !== undefined) return;
  enclose(task, scope);
  onDone(task, () => scope.release(task));
}
