// Tells the program of cancels that do not get through, once a place. Loaded when there is one. What others import
// too it is handed instead: a bundler would put that into a chunk apart, which everybody loads.
//
// 1. The place of the await itself is known in debug mode only, where each await takes its stack. Without it the place
//    is that of the function whose code waits: the body of the timeout, scope or group that was cancelled, else the
//    task's coroutine, most often the line on which `timeout(100, () => …)` or `createTask(() => …)` stands. Where the
//    host does not tell where a function stands, its text is shown.
// 2. Who cancelled is in the stack of the cancel, but for deadlines.
// 3. Time counts in turns of the host too: a thread that was busy has not let anybody see the cancel.
// 4. What a shield keeps off does not wait for a promise: its time begins with the end of the shield.

import type { InnerFrame, Frame } from '../core/cancel/frame.ts';
import type { isStuck, lookLater, patienceOf, StuckCancel } from '../core/cancel/stuckCancels.ts';
import { latestAwaitLines } from '../core/future/awaitStacks.ts';
import type { awaitsCompiledAway } from '../core/future/nativeAwait.ts';
import type { Task } from '../core/task/task.ts';
import { userLines } from '../loop/stackLines.ts';
import { functionPlace } from '../sys/host/functionPlace.ts';
import { environment } from '../sys/host/program.ts';
import type { report } from '../sys/host/report.ts';

export interface StuckCancelTools {
  readonly isStuck: typeof isStuck;
  readonly lookLater: typeof lookLater;
  readonly patienceOf: typeof patienceOf;
  readonly monotonic: () => number;
  readonly report: typeof report;
  readonly awaitsCompiledAway: typeof awaitsCompiledAway;
  readonly creationLines: (task: object) => readonly string[];
}

const LOOKS = 4;
const MOST_LINES = 4;
const MOST_PLACES = 100;
const SHOWN_TEXT = 60;

const told: Set<string> = new Set();

export function lookAtStuckCancels(stuck: Map<Frame, StuckCancel>, tools: StuckCancelTools): void {
  const now = tools.monotonic();
  for (const [frame, one] of stuck) {
    const still = tools.isStuck(frame, one);
    if (still === undefined) one.since = now;
    else if (!still) stuck.delete(frame);
    else if (++one.looks >= LOOKS && now - one.since >= tools.patienceOf(frame)) {
      stuck.delete(frame);
      void tell(frame, one, now - one.since, tools);
    }
  }
  tools.lookLater();
}

async function tell(frame: Frame, stuck: StuckCancel, age: number, tools: StuckCancelTools): Promise<void> {
  if (told.size >= MOST_PLACES || environment('ASYNCIO_FOREIGN_CANCEL_WARNING') === 'off') return;
  const task = frame.task as unknown as Task;
  const body = frame === frame.task ? bodyOf(task) : (frame as InnerFrame).body;
  const text = shownText(body);
  const place = await functionPlace(body);
  const key = place ?? text;
  if (told.has(key)) return;
  told.add(key);
  const latest = latestAwaitLines(task);
  const created = latest.length > 0 ? [] : tools.creationLines(task);
  const asked = userLines(stuck.asked?.stack ?? '');
  const compiled = typeof body === 'function' && tools.awaitsCompiledAway(body as () => unknown);
  tools.report('warning', () =>
    [
      `${what(frame, stuck.cause)} ${(age / 1000).toFixed(1)} s ago, and ` +
        (compiled
          ? 'its awaits, which were compiled for something older than ES2017, cannot be interrupted'
          : "it still waits for a promise that is not the library's, where a cancel cannot reach it"),
      `  in ${text}${place === undefined ? '' : `, at ${place}`}`,
      ...section('its latest wait before that:', latest),
      ...section('the task was created:', created),
      ...section('cancelled by:', asked),
      compiled ? "  Set the compiler's target to ES2017 or later." : HINT,
      '  (Told once a place; ASYNCIO_FOREIGN_CANCEL_WARNING=off or the option foreignCancelWarning turns it off.)',
    ].join('\n'),
  );
}

/** The program's own function, also where it is called with its task. */
function bodyOf(task: Task): unknown {
  const coro = task.getCoro();
  return 'body' in coro ? coro.body : coro;
}

/** What is said of code whose awaits a compiler took away: `what` was compiled so. */
export function compiledAwaits(what: string): string {
  return (
    `${what} was compiled for something older than ES2017, so that a cancel, a timeout or a closing group cannot ` +
    `interrupt its awaits: set "target" in tsconfig.json to ES2017 or later`
  );
}

const HINT =
  '  Hand a signal to what takes one, as in "timeout(100, ({ signal }) => fetch(url, { signal }))", or else write ' +
  '"await interruptible(promise)".';

/** `main was cancelled`, `the timeout in main passed`. */
function what(frame: Frame, cause: StuckCancel['cause']): string {
  const name = (frame.task as unknown as Task).shownName;
  if (frame === frame.task) return `${name} was cancelled`;
  const kind = typeof cause === 'string' ? undefined : originOf(cause.origin);
  if (kind === 'Timeout') return `a timeout in ${name} passed`;
  return `a ${kind === 'TaskGroup' ? 'task group' : 'cancel scope'} in ${name} was cancelled`;
}

/** By the way it prints: the name of a class is a minifier's. */
function originOf(origin: unknown): string | undefined {
  const printed = Symbol.for('nodejs.util.inspect.custom');
  const shown = (origin as Record<symbol, undefined | (() => string)> | undefined)?.[printed]?.call(origin);
  return shown?.match(/^<(\w+)/)?.[1];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`  ${title}`, ...lines.slice(0, MOST_LINES).map((line) => `    ${line}`)];
}

/** The beginning of a function, in one line. */
function shownText(fn: unknown): string {
  const text = Function.prototype.toString.call(fn).replaceAll(/\s+/g, ' ');
  const name = (fn as { name: string }).name;
  const shown = text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT - 1)}…` : text;
  return text.includes(name) ? shown : `${name}: ${shown}`;
}
