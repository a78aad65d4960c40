// How long the running code may go on, as far as is known: for work elsewhere that wants to be done by then.

import { currentFrame, enclosingScope, InnerFrame, shields } from '../cancel/frame.ts';
import type { Frame } from '../cancel/frame.ts';
import { frameOfGroup } from './kept.ts';
import type { Task } from './task.ts';

/** The earliest end of the timeouts and scopes around the running code, and around the groups that its task is in, by
 * `loop.time()`; Infinity where there is none. What a shield keeps off does not count. */
export function deadlineAround(): number {
  let earliest = Infinity;
  let frame = currentFrame();
  // Scopes know those around them, in other tasks too.
  const scope = enclosingScope(frame);
  if (scope !== undefined) earliest = scope.effectiveDeadline();
  while (frame !== undefined) {
    if (frame instanceof InnerFrame && !frame._ended)
      earliest = Math.min(earliest, frame.limit?.when() ?? Infinity);
    if (shields(frame)) break;
    frame = frame._parent ?? around(frame);
  }
  return earliest;
}

// The outermost frame of a task is the task.
function around(frame: Frame): Frame | undefined {
  return frame === frame.task ? frameOfGroup(frame.task as unknown as Task) : undefined;
}
