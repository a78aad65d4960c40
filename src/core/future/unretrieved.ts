// Errors that nobody looked at. A future that failed and was dropped is reported when it is collected,
// in debug mode in the host's next turn, and at the latest when its run ends; one that has lost its shield and
// is watched by nobody, at once.

import { attempt } from '../../base/attempt.ts';
import { enqueue, readyQueueOf } from '../../loop/engine.ts';
import type { ExceptionContext } from '../../loop/exceptionHandler.ts';
import { creationLines } from '../../loop/creation.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { NOTHING } from '../../loop/runnable.ts';
import { nextHostTurn } from '../../sys/host/host.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import type { AnyFuture } from './anyFuture.ts';
import { FAILED, HEARD, isKept, NATIVE, noteSeen, noteUnseen, UNSEEN } from './futureState.ts';

interface Note {
  readonly loop: Loop;
  readonly context: ExceptionContext;
  readonly future: WeakRef<AnyFuture>;
}

const notes: Set<Note> = new Set();
const byFuture: WeakMap<AnyFuture, Note> = new WeakMap();
const collected: FinalizationRegistry<Note> = new FinalizationRegistry(tell);
const fresh: Note[] = [];

/** Sets the error of a future that is not done. */
export function failFuture(future: AnyFuture, error: unknown): void {
  future._value = error;
  const watched = (future._flags & (NATIVE | HEARD)) !== 0;
  const kept = isKept(future);
  const alone = !kept && future._callbacks === undefined;
  future._finish(FAILED);
  if (watched) return;
  noteUnseen(future);
  // Its keeper looks at it, most often in the next iteration; a note costs three times as much as the task.
  if (kept && future._loop.isRunning()) return;
  noteFailure(future, alone);
}

/** The loop has stopped, and the keeper of a failed task may never have its turn. */
export function noteUntold(task: AnyFuture): void {
  if ((task._flags & UNSEEN) !== 0 && !byFuture.has(task)) noteFailure(task);
}

/** The keeper of a task has had its turn. An error that it has not looked at is for later: it is told only when
 * nobody can come any more. */
export function noteLeft(task: AnyFuture): void {
  if ((task._flags & UNSEEN) !== 0 && !byFuture.has(task)) noteFailure(task, false, true);
}

/** Those for which most likely nobody comes any more, each with what its failure is called: it is told at once. */
export const givenUp: WeakMap<AnyFuture, string> = new WeakMap();

/** Keeps an eye on a future that failed while nobody was waiting; `alone` when nobody is to be told either, `kept`
 * when somebody will look at it later. */
export function noteFailure(future: AnyFuture, alone: boolean = false, kept: boolean = false): void {
  const lost = alone ? givenUp.get(future) : undefined;
  const what = future.shownName === undefined ? 'Future' : `Task ${future.shownName}`;
  const message = `${what}: ${lost ?? 'its exception was never retrieved'}`;
  const context: ExceptionContext = { message, exception: future._value };
  const place = creationLines(future);
  if (place.length > 0) context['created'] = place;
  const note: Note = { loop: future._loop, context, future: new WeakRef(future) };
  notes.add(note);
  byFuture.set(future, note);
  // The error may lead back to the future: once it was looked at, the registry must not hold it any more.
  collected.register(future, note, note);
  fresh.push(note);
  if (fresh.length === 1) runAtRoot(() => nextHostTurn(letGoOfFrames));
  if (lost !== undefined) enqueue(future._loop, { _run: () => (tell(note), NOTHING) });
  else if (!kept && future._loop.getDebug()) tellSoon(note, readyQueueOf(future._loop).iterations + 2);
}

// Until its stack is written out, an error holds the objects whose methods were on it: here the very task
// whose collection is waited for. Writing it out costs, so those seen in the same iteration are spared.
function letGoOfFrames(): void {
  for (const note of fresh.splice(0)) {
    const { exception } = note.context;
    // The error's own `stack`, and the program's `Error.prepareStackTrace`, may throw.
    if (notes.has(note)) attempt(() => exception instanceof Error && exception.stack);
  }
}

/** Somebody looked at the future, or waits for it. */
export function markSeen(future: AnyFuture): void {
  noteSeen(future);
  const note = byFuture.get(future);
  byFuture.delete(future);
  if (note !== undefined) collected.unregister(note);
  if (note !== undefined) notes.delete(note);
}

/** Tells of all errors on `loop` that nobody has retrieved so far. */
export function tellUnretrieved(loop: Loop): void {
  for (const note of [...notes]) if (note.loop === loop) tell(note);
}

/** What is to be reported of a loop's futures, each with what reports it if nobody has looked at it by then. For a loop
 * whose run does not end. @internal */
export function unseenErrors(loop: Loop): (readonly [key: object, tell: () => void])[] {
  return [...notes].filter((note) => note.loop === loop).map((note) => [note, () => tell(note)]);
}

/** Reports it once those who watch the future have had their turn: two iterations, or an idle loop. */
function tellSoon(note: Note, after: number): void {
  nextHostTurn(() => {
    const ready = readyQueueOf(note.loop);
    if (ready.active && ready.iterations < after) tellSoon(note, after);
    else tell(note);
  });
}

function tell(note: Note): void {
  if (!notes.delete(note)) return;
  collected.unregister(note);
  const future = note.future.deref();
  if (future !== undefined) {
    noteSeen(future);
    note.context['future'] = future;
  }
  reportFailure(note.loop, note.context);
}
