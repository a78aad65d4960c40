// Call graphs: where a future or task stands, and who awaits it, up to the roots. asyncio's graph module.
//
// 1. Nothing is recorded for it: who awaits whom is read off the tasks of the loop when a graph is asked for.
// 2. A task that is not the running one has a call stack only in debug mode, when each await takes it.
// 3. Whoever waits for a group, gather, wait or shield awaits the tasks in it.

import { InvalidArgumentError, NoRunningLoopError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { peekRunningLoop } from '../loop/running.ts';
import { printLine } from '../sys/host/program.ts';
import { awaitLines } from '../core/future/awaitPlace.ts';
import { currentTask } from '../core/task/createTask.ts';
import { Future } from '../core/future/future.ts';
import { awaitedBy } from '../core/future/wait.ts';
import { tasksOf } from '../core/task/registry.ts';
import { framesHere, parseFrames } from './stackFrames.ts';
import type { CallGraphFrame } from './stackFrames.ts';
import { parentOf } from '../core/task/kept.ts';
import { Task } from '../core/task/task.ts';

/** One entry of a call stack. Semantics: asyncio.FrameCallGraphEntry.
 * @example
 * ```ts
 * import { run, captureCallGraph, type FrameCallGraphEntry } from 'asyncio-ts';
 * const stack = await run(async (): Promise<readonly FrameCallGraphEntry[]> => captureCallGraph()!.callStack);
 * console.log(stack[0]!.frame.line > 0); // -> true
 * ```
 */
export interface FrameCallGraphEntry {
  readonly frame: CallGraphFrame;
}

/** A future, where it stands, and who awaits it. Semantics: asyncio.FutureCallGraph.
 * @example
 * ```ts
 * import { run, captureCallGraph, type FutureCallGraph } from 'asyncio-ts';
 * const graph = await run(async (): Promise<FutureCallGraph | undefined> => captureCallGraph());
 * console.log(graph?.awaitedBy); // -> []
 * ```
 */
export interface FutureCallGraph {
  readonly future: Future;
  /** Innermost first. Empty for a plain future, and outside of debug mode for all but the running task. */
  readonly callStack: readonly FrameCallGraphEntry[];
  readonly awaitedBy: readonly FutureCallGraph[];
}

/** Options of the call graph functions.
 * @example
 * ```ts
 * import { run, captureCallGraph, type CallGraphOptions } from 'asyncio-ts';
 * const awaitedByOnly: CallGraphOptions = { limit: 0 };
 * console.log(await run(async () => captureCallGraph(undefined, awaitedByOnly)?.callStack)); // -> []
 * ```
 */
export interface CallGraphOptions {
  /** How many frames to leave out at the top of the running task's stack, counting this call; 1 by default. */
  depth?: number | undefined;
  /** How many entries of each call stack to keep: the outermost when positive, the innermost when negative,
   * none when 0; all by default. */
  limit?: number | undefined;
}

/** The call graph of `future`, the running task by default; undefined where no task runs. Semantics:
 * asyncio.capture_call_graph.
 * @throws NoRunningLoopError outside of a loop when no future is given
 * @throws InvalidArgumentError when `future` is not a future of this library
 * @example
 * ```ts
 * import { run, createTask, captureCallGraph } from 'asyncio-ts';
 * await run(async () => {
 *   const task = createTask(async () => captureCallGraph()!, { name: 'inner' });
 *   const { awaitedBy } = await task;
 *   console.log(awaitedBy.length); // -> 1
 * });
 * ```
 */
export function captureCallGraph(
  future?: Future<never> | Future,
  options: CallGraphOptions = {},
): FutureCallGraph | undefined {
  return capture(future, options, captureCallGraph);
}

/** {@link captureCallGraph} as text, in asyncio's layout; empty where no task runs. Semantics:
 * asyncio.format_call_graph.
 * @throws as captureCallGraph
 * @example
 * ```ts
 * import { run, formatCallGraph } from 'asyncio-ts';
 * const text = await run(async () => formatCallGraph());
 * console.log(text.split('\n')[1]); // ->   + Call stack:
 * ```
 */
export function formatCallGraph(future?: Future<never> | Future, options: CallGraphOptions = {}): string {
  return format(future, options, formatCallGraph);
}

/** Prints {@link formatCallGraph}; `write` takes the text and is standard output by default. Semantics:
 * asyncio.print_call_graph.
 * @throws as captureCallGraph
 * @example
 * ```ts
 * import { run, printCallGraph } from 'asyncio-ts';
 * await run(async () => printCallGraph(undefined, { limit: 0, write: (text) => console.log(text.slice(0, 18)) }));
 * // -> * Task(name='main'
 * ```
 */
export function printCallGraph(
  future?: Future<never> | Future,
  options: CallGraphOptions & { write?: (text: string) => void } = {},
): void {
  (options.write ?? printLine)(format(future, options, printCallGraph));
}

type Caller = (...args: never[]) => unknown;

function capture(
  future: Future | undefined,
  options: CallGraphOptions,
  caller: Caller,
): FutureCallGraph | undefined {
  if (future !== undefined && !(future instanceof Future)) {
    throw new InvalidArgumentError('future', 'a call graph needs a Future or Task of this library');
  }
  const running = peekRunningLoop();
  if (future === undefined && running === undefined)
    throw new NoRunningLoopError('captureCallGraph() without a future');
  const current = running === undefined ? undefined : currentTask();
  const subject = future ?? current;
  if (subject === undefined) return undefined;
  const awaiters = awaitersIn(subject.getLoop());
  const { limit, depth = 1 } = options;
  const here = limit !== 0 && subject === current;
  const frames = here ? framesHere(caller).slice(Math.max(0, depth - 1)) : [];
  return build(subject, limit === 0 || here ? frames : framesOf(subject), limit, awaiters);
}

type Awaiters = ReadonlyMap<Future, ReadonlySet<Task>>;

/** Who awaits what, for all tasks of a loop. */
function awaitersIn(loop: Loop): Awaiters {
  const awaiters: Map<Future, Set<Task>> = new Map();
  const add = (future: Future, task: Task): void => {
    if (future.done() || future === task) return;
    const tasks = awaiters.get(future);
    if (tasks === undefined) awaiters.set(future, new Set([task]));
    else tasks.add(task);
  };
  for (const task of tasksOf(loop) as Task[]) {
    const parent = parentOf(task);
    if (parent !== undefined && !parent.done()) add(task, parent);
    for (const future of waitedFor(task)) {
      add(future, task);
      for (const joined of future.blocker?.joins ?? []) add(joined as Future, task);
    }
  }
  return awaiters;
}

const waitedFor = (task: Task): Future[] => awaitedBy(task) as Future[];

function framesOf(future: Future): CallGraphFrame[] {
  if (!(future instanceof Task)) return [];
  return parseFrames(waitedFor(future).flatMap((one) => awaitLines(one, future)));
}

interface Open {
  readonly node: { readonly awaitedBy: FutureCallGraph[] } & FutureCallGraph;
  readonly parents: readonly Task[];
  next: number;
}

// Outwards with a list of its own: chains of any length, and each future once however many paths lead to it.
function build(
  subject: Future,
  frames: readonly CallGraphFrame[],
  limit: number | undefined,
  awaiters: Awaiters,
): FutureCallGraph {
  const nodes: Map<Future, FutureCallGraph> = new Map();
  const path: Open[] = [];
  const onPath: Set<Future> = new Set();
  const enter = (future: Future, stack: readonly CallGraphFrame[]): FutureCallGraph => {
    const callStack = limited(stack, limit).map((frame) => ({ frame }));
    const node = { future, callStack, awaitedBy: [] };
    nodes.set(future, node);
    onPath.add(future);
    path.push({ node, parents: [...(awaiters.get(future) ?? [])], next: 0 });
    return node;
  };
  const graph = enter(subject, frames);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const parent = top.parents[top.next++];
    if (parent === undefined) {
      path.pop();
      onPath.delete(top.node.future);
    } else if (!onPath.has(parent)) {
      // Tasks that wait for each other in a circle would never end.
      top.node.awaitedBy.push(nodes.get(parent) ?? enter(parent, limit === 0 ? [] : framesOf(parent)));
    }
  }
  return graph;
}

function limited<T>(frames: readonly T[], limit: number | undefined): readonly T[] {
  if (limit === undefined) return frames;
  if (limit === 0) return [];
  return limit > 0 ? frames.slice(-limit) : frames.slice(0, -limit);
}

// A longer text says no more, and with each level it is wider.
const MOST_LEVELS = 100;
const MOST_LINES = 10_000;
const REST = '  … and so on: captureCallGraph() has the rest';

function format(future: Future | undefined, options: CallGraphOptions, caller: Caller): string {
  const graph = capture(future, options, caller);
  const lines: string[] = [];
  if (graph !== undefined) render(graph, 0, lines);
  return lines.join('\n');
}

function render({ future, callStack, awaitedBy }: FutureCallGraph, level: number, lines: string[]): void {
  const add = (text: string): void => void lines.push('    '.repeat(level) + text);
  add(
    future instanceof Task
      ? `* Task(name='${future.getName()}', id=${idOf(future)})`
      : `* Future(id=${idOf(future)})`,
  );
  if (callStack.length > 0) add('  + Call stack:');
  for (const { frame } of callStack) {
    const name = `${frame.isAsync ? 'async ' : ''}${frame.name || '(anonymous)'}()`;
    add(`  |   File '${frame.file}', line ${frame.line}, in ${name}`);
  }
  if (awaitedBy.length === 0) return;
  add('  + Awaited by:');
  for (const parent of awaitedBy) {
    if (level + 1 >= MOST_LEVELS || lines.length >= MOST_LINES) {
      add(REST);
      return;
    }
    render(parent, level + 1, lines);
  }
}

const ids: WeakMap<Future, number> = new WeakMap();
// Numbers are given out across loops: one graph may show several.
let lastId = 0;

// An object has no address here: it gets a number when it is first printed.
function idOf(future: Future): string {
  let id = ids.get(future);
  if (id === undefined) ids.set(future, (id = ++lastId));
  return `0x${id.toString(16)}`;
}
