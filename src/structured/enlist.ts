// The tasks that race, any, hedge and gather start for their caller: they name who waits for them, and
// belong to the cancel scope around the call, as a group's children do.

import type { EnclosingScope } from '../core/cancel/frame.ts';
import type { Task } from '../core/task/task.ts';
import { onDone } from '../core/future/doneCallback.ts';

export function enlistTask(
  task: Task,
  group: { readonly parentTask: Task | undefined },
  scope: EnclosingScope | undefined,
): void {
  task._group ??= group;
  if (scope === undefined || task._scope !== undefined) return;
  task._scope = scope;
  scope.enlist(task);
  onDone(task, () => scope.release(task));
}
