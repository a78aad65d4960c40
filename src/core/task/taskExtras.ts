// What few tasks have, kept in an object beside the task that is made when it is first needed.

import type { Enter } from '../../sys/host/storage.ts';
import type { EnclosingScope } from '../cancel/frame.ts';

export interface TaskExtras {
  scope: EnclosingScope | undefined;
  innerCancels: number;
  enter: Enter | undefined;
}

/** The task's object, made if there is none. */
export function extras(task: { _extras: TaskExtras | undefined }): TaskExtras {
  return (task._extras ??= { scope: undefined, innerCancels: 0, enter: undefined });
}
