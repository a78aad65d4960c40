// The words for what a look has found: tasks, their waits, places, hung threads. Everything of the other program's is
// harmless text from here on.

import { basename } from 'node:path';
import type { SeenFrame, SeenTask, SeenWait, Snapshot } from '../../lowlevel.ts';
import type { HangView, ProcessView, ThreadView } from '../../inspect/inspect.ts';
import { formatSpan } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';

/** The tasks of a snapshot by their numbers. */
export type TaskNames = ReadonlyMap<number, SeenTask>;

export function tasksById({ tasks }: Snapshot): TaskNames {
  return new Map(tasks.map((task) => [task.id, task]));
}

/** What a task waits for, with who can end it. */
export function describeWaits(task: SeenTask, tasks: TaskNames): string {
  return task.waits.map((wait) => describeWait(wait, tasks)).join(' and ');
}

/** What one wait is for: `Lock "db", held by writer`. */
export function describeWait(wait: SeenWait, tasks: TaskNames): string {
  const { what, call = '', held, holders, left, size, limit, peer, pid } = wait;
  // Of a timer the words tell the time in full, which has a column's room here.
  const words =
    wait.kind === 'timer' && left !== undefined ? what.replace(/ (?:that ends )?in [\d.]+ ms$/, '') : what;
  const details: string[] = [];
  if (wait.kind === 'queue' && call !== '') details.push(call.replace(/^.*\./, ''));
  if (size !== undefined && !what.includes(` of ${limit}`))
    details.push(limit === undefined || limit === 0 ? `${size} in it` : `${size} of ${limit}`);
  if (held && holders.length > 0) details.push(`held by ${nameAll(holders, tasks)}`);
  if (left !== undefined) details.push(left > 0 ? `${formatSpan(left)} left` : 'due');
  if (peer !== undefined && !what.includes(peer)) details.push(peer);
  if (pid !== undefined && !what.includes(String(pid))) details.push(`process ${pid}`);
  return harmless([words, ...details].join(', '));
}

export function nameOf(id: number, tasks: TaskNames): string {
  const task = tasks.get(id);
  return task === undefined || task.name === '' ? `task ${id}` : task.name;
}

/** How a task stands, with what is due. */
export function describeState({ state, cancels }: SeenTask): string {
  return cancels > 1 ? `${state} ×${cancels}` : state;
}

/** A function and its line, without the folders: `transfer app.ts:12`. */
export function describePlace({ name, file, line }: SeenFrame): string {
  return harmless(`${name} ${shortFile(file)}:${line}`.trim());
}

/** A function and its line in full: `transfer /app/app.ts:12:5`. */
export function describeFrame({ name, file, line, column, isAsync }: SeenFrame): string {
  return harmless(
    `${isAsync ? 'async ' : ''}${name} ${pathOf(file)}:${line}${column > 0 ? `:${column}` : ''}`.trim(),
  );
}

/** The first frame of the program's own code: neither the runtime's nor that of a package. */
export function ownFrame(stack: readonly SeenFrame[]): SeenFrame | undefined {
  return stack.find(({ file }) => !/^node:|[/\\]node_modules[/\\]/.test(file)) ?? stack[0];
}

/** A process: `server.ts, process 4711, Node 26.4.0, for 3m05s`. */
export function describeProcess({ name, pid, runtime, age, threads, state }: ProcessView): string {
  const version = threads.find(({ snapshot }) => snapshot !== undefined)?.snapshot?.runtime;
  const known = { node: 'Node', bun: 'Bun', deno: 'Deno' }[runtime];
  const parts = [
    harmless(name),
    `process ${pid}`,
    harmless(version?.replace(/^\w+/, known) ?? known),
    `for ${formatSpan(age)}`,
  ];
  if (state.startsWith('stopped')) parts.push(state);
  return parts.join(', ');
}

/** A thread and how busy it is: `main thread, 12 tasks, 3 timers, busy 12 %, late by 4ms`. */
export function describeThread({ thread, name, snapshot }: ThreadView): string {
  const title = thread === 0 ? 'main thread' : `thread ${thread}`;
  const parts = [
    thread === 0 || name === '' || name === title ? title : `${title} ${JSON.stringify(name)}`,
  ];
  if (snapshot !== undefined) {
    parts.push(count(snapshot.tasks.length, 'task'));
    const [loop] = snapshot.loops;
    if (loop !== undefined && loop.ready > 0) parts.push(`${loop.ready} ready`);
    if (loop?.utilisation !== undefined) parts.push(`busy ${Math.round(loop.utilisation * 100)} %`);
    if (loop?.delay !== undefined) parts.push(`late by ${formatSpan(loop.delay)}`);
  }
  return harmless(parts.join(', '));
}

/** A hung thread: a sentence first, and then where. */
export function describeHang({
  kind,
  since,
  task,
  hot,
  stack,
  wait,
  running,
  children = [],
}: HangView): string[] {
  const span = `for ${formatSpan(since)} at least`;
  const lines: string[] = [];
  if (kind === 'script') {
    const [place] = hot;
    const frame = ownFrame(stack) ?? place?.frame;
    const where = frame === undefined ? '' : `, in ${describePlace(frame)}`;
    lines.push(
      `hangs: its loop has not turned ${span}; it runs JavaScript${task === undefined ? '' : ` of task ${JSON.stringify(task)}`}${where}`,
    );
  } else if (kind === 'native') {
    lines.push(
      wait === undefined
        ? `hangs: its thread computes in a call outside of JavaScript ${span}`
        : `hangs: its thread waits in a call outside of JavaScript ${span} (${wait})`,
    );
  } else if (kind === 'stopped') {
    lines.push('does not answer: the process is stopped, as by SIGSTOP or a debugger');
  } else if (running) lines.push(`hangs: its thread is at work ${span}, and can't be asked with what`);
  else lines.push(`does not answer ${span}, and nothing says why`);
  if (kind === 'native' && children.length > 0)
    lines.push(`below it: ${children.map((child) => `${child.name} (${child.pid})`).join(', ')}`);
  for (const { frame, share } of hot.filter((each) => each.share >= 0.05).slice(0, 3))
    lines.push(`${String(Math.round(share * 100)).padStart(3)} % of the time in ${describeFrame(frame)}`);
  return lines.map(harmless);
}

/** `1 task`, `3 tasks`. */
export function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

/** A thread with its process. */
export interface Place {
  readonly process: ProcessView;
  readonly view: ThreadView;
}

/** All threads of a program, its own first. */
export function threadsOf(process: ProcessView): Place[] {
  return [...process.threads.map((view) => ({ process, view })), ...process.children.flatMap(threadsOf)];
}

function nameAll(ids: readonly number[], tasks: TaskNames): string {
  const names = ids.slice(0, 3).map((id) => nameOf(id, tasks));
  if (ids.length > 3) names.push(`${ids.length - 3} more`);
  return names.join(', ');
}

function shortFile(file: string): string {
  return basename(pathOf(file));
}

/** A file's URL as a path, where it is one: the name is the program's own. */
function pathOf(file: string): string {
  if (!file.startsWith('file://')) return file;
  try {
    return decodeURIComponent(file.slice('file://'.length));
  } catch {
    return file;
  }
}
