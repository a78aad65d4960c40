// Cancels that a `catch` has swallowed, in debug mode: the task was thrown its CancelledError and goes on as if nothing had
// happened. Told where that is certain:
//
// 1. It waits again at the very place at which it was cancelled, by the same callers, and the cancel still counts. What
//    cleans up waits elsewhere.
// 2. It ends with a result, and the cancel still counts.
//
// Who means to go on says so by `uncancel()`, as timeouts and groups do with their own cancels.

import type { report } from '../sys/host/report.ts';
import type { debugPlaces } from '../core/future/awaitPlace.ts';
import type { Future } from '../core/future/future.ts';
import type { taskDone, waitBegin, waitEnd } from '../core/task/instruments.ts';
import type { Task } from '../core/task/task.ts';

export interface SwallowedCancelsSubject {
  readonly report: typeof report;
  readonly debugPlaces: typeof debugPlaces;
  readonly taskDone: typeof taskDone;
  readonly waitBegin: typeof waitBegin;
  readonly waitEnd: typeof waitEnd;
}

interface Wait {
  readonly task: Task;
  readonly future: Future;
}

const HINT =
  '  Throw it on: "if (isCancelled(error)) throw error", or let a finally block clean up. If the task is meant to go ' +
  'on, call uncancel() on it.';

/** Looks out for them; returns what ends it. */
export function watchSwallowedCancels(subject: SwallowedCancelsSubject): () => void {
  const { report, debugPlaces, taskDone, waitBegin, waitEnd } = subject;
  /** Where each was cancelled, innermost first; empty where the host does not tell, as Bun. */
  const places: WeakMap<Task, readonly string[]> = new WeakMap();
  const told: WeakSet<Task> = new WeakSet();
  const placeOf = ({ task, future }: Wait): readonly string[] =>
    debugPlaces.stacks?.linesOf(future, task) ?? [];
  const tell = (task: Task, what: string, [place]: readonly string[]): void => {
    if (told.has(task)) return;
    told.add(task);
    report('warning', () =>
      [
        `${task.shownName} was cancelled and ${what}: a catch has swallowed the CancelledError`,
        ...(place === undefined ? [] : [`    ${place}`]),
        HINT,
      ].join('\n'),
    );
  };
  const ended = (message: unknown): void => {
    const wait = message as Wait;
    if (wait.task.cancelling() === 0 || !wait.future.cancelled()) return;
    places.set(wait.task, placeOf(wait));
  };
  const begun = (message: unknown): void => {
    const wait = message as Wait;
    const place = places.get(wait.task);
    // All of it: in a bundle the innermost lines are the library's own, and the same for every wait.
    if (place === undefined || place.length === 0 || place.join() !== placeOf(wait).join()) return;
    if (wait.task.cancelling() > 0) tell(wait.task, 'waits again where it was', place);
  };
  const done = (message: unknown): void => {
    const { task } = message as { task: Task };
    const place = places.get(task);
    if (place === undefined || task.cancelling() === 0 || task.cancelled() || hasFailed(task)) return;
    tell(task, 'has ended with a result', place);
  };
  const channels = [
    [waitEnd, ended],
    [waitBegin, begun],
    [taskDone, done],
  ] as const;
  for (const [channel, listener] of channels) channel.subscribe(listener);
  return () => {
    for (const [channel, listener] of channels) channel.unsubscribe(listener);
  };
}

// In the very moment of its end an error counts as unseen by nobody yet, so looking at it hides nothing.
function hasFailed(task: Task): boolean {
  return task.exception() !== undefined;
}
