// What few tasks have, kept in an object beside the task that is made when it is first needed.

import type { Enter } from '../sys/storage.ts';
import type { EnclosingScope } from './frame.ts';

export interface Rare {
  scope: EnclosingScope | undefined;
  innerCancels: number;
  enter: Enter | undefined;
}

/** The task's object, made if there is none. */
export function rare(task: { _rare: Rare | undefined }): Rare {
  return (task._rare ??= { scope: undefined, innerCancels: 0, enter: undefined });
}
