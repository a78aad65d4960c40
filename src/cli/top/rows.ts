// What is seen of a program, as the rows of a table: each task with its measures, in the order of a column or as a tree.
//
// 1. A row keeps its key as long as its task lives: the cursor stays on it while others come and go.
// 2. Measures that are not known are left out, and sort behind those that are.

import { describeWaits, tasksById, threadsOf } from '../look/describe.ts';
import type { TaskNames } from '../look/describe.ts';
import type { SeenTask } from '../../lowlevel.ts';
import type { ProcessView } from '../../inspect/inspect.ts';

/** What a table can be sorted by. */
export type Column = 'id' | 'name' | 'state' | 'age' | 'wait' | 'cpu' | 'steps';

export interface Row {
  readonly key: string;
  readonly pid: number;
  readonly thread: number;
  /** Undefined for the head of a process or thread. */
  readonly task: SeenTask | undefined;
  /** Of a head: what it is; of a task its name, with its function's. */
  readonly title: string;
  readonly depth: number;
  /** Part of the time since the last look in which it ran, 0 to 1. */
  readonly load: number | undefined;
  readonly waits: string;
  /** It waits in a circle. */
  readonly isDeadlocked: boolean;
  /** Whether others hang below it in the tree, and whether they are shown. */
  readonly branch: 'open' | 'shut' | undefined;
}

export const keyOf = (pid: number, thread: number, task: number): string => `${pid}.${thread}.${task}`;

/** What a task waits for, in one line. */
const waitsOf = (task: SeenTask, tasks: TaskNames): string =>
  task.waits.length === 0 && task.state === 'elsewhere' ? 'a foreign promise' : describeWaits(task, tasks);

const titleOf = ({ name, called }: SeenTask): string =>
  called === undefined || called === name ? name : `${name} (${called})`;

type Load = (key: string) => number | undefined;

/** A row for each task, unordered; `load` knows the part of the time in which each ran. */
export function taskRows(program: ProcessView, load: Load): Row[] {
  return threadsOf(program).flatMap(({ process: { pid }, view: { thread, snapshot } }) => {
    const tasks = snapshot?.tasks ?? [];
    const byId: TaskNames = snapshot === undefined ? new Map() : tasksById(snapshot);
    const stuck = new Set(snapshot?.loops.flatMap(({ deadlocks }) => deadlocks.flat()));
    return tasks.map((task) => {
      const key = keyOf(pid, thread, task.id);
      return {
        key,
        pid,
        thread,
        task,
        title: titleOf(task),
        depth: 0,
        load: load(key),
        waits: waitsOf(task, byId),
        isDeadlocked: stuck.has(task.id),
        branch: undefined,
      };
    });
  });
}

const STATES = ['running', 'cancelling', 'ready', 'created', 'elsewhere', 'waiting'];

const measures: Record<Column, (row: Row) => number | string | undefined> = {
  id: ({ task }) => task?.id,
  name: ({ title }) => title,
  state: ({ task }) => -STATES.indexOf(task?.state ?? ''),
  age: ({ task }) => task?.age,
  wait: ({ task }) => task?.since,
  cpu: ({ load, task }) => (load ?? 0) * 1e9 + (task?.cpu ?? 0),
  steps: ({ task }) => task?.steps,
};

/** Names and numbers go up, all else begins with the most. */
const RISING = new Set<Column>(['id', 'name']);

/** The rows in the order of a column; the other way round with `isInverted`. */
export function sortRows(rows: readonly Row[], column: Column, isInverted: boolean): Row[] {
  const measure = measures[column];
  const sign = RISING.has(column) === isInverted ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [measure(a), measure(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    if (x !== y) return x < y ? -sign : sign;
    return (a.task?.id ?? 0) - (b.task?.id ?? 0);
  });
}

/** The rows as a tree: processes, their threads, and tasks below those that they were started in. */
export function treeRows(program: ProcessView, rows: readonly Row[], shut: ReadonlySet<string>): Row[] {
  const byPlace = Map.groupBy(rows, ({ pid, thread }) => `${pid}.${thread}`);
  const places = threadsOf(program);
  const several = places.length > 1;
  return places.flatMap(({ process: { pid, name }, view }) => {
    const here = byPlace.get(`${pid}.${view.thread}`) ?? [];
    if (!several) return nested(here, 0, shut);
    const key = `${pid}.${view.thread}`;
    const what =
      view.thread === 0 ? `process ${pid} ${name}` : `thread ${view.thread} of ${pid} ${view.name}`;
    const problem = view.hang === undefined ? (view.problem?.message ?? '') : 'does not answer';
    const branch = here.length === 0 ? undefined : shut.has(key) ? 'shut' : 'open';
    const head: Row = {
      key,
      pid,
      thread: view.thread,
      task: undefined,
      title: what,
      depth: 0,
      load: undefined,
      waits: problem,
      isDeadlocked: false,
      branch,
    };
    return shut.has(key) ? [head] : [head, ...nested(here, 1, shut)];
  });
}

function nested(rows: readonly Row[], depth: number, shut: ReadonlySet<string>): Row[] {
  const there = new Set(rows.map(({ task }) => task?.id));
  const below = Map.groupBy(rows, ({ task }) => (there.has(task?.parent) ? task?.parent : undefined));
  const result: Row[] = [];
  const seen = new Set<Row>();
  // A list of its own: groups may be nested deeper than a stack.
  const open: [row: Row, depth: number][] = (below.get(undefined) ?? [])
    .map((row): [Row, number] => [row, depth])
    .reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [row, level] = next;
    if (seen.has(row)) continue;
    seen.add(row);
    const children = row.task === undefined ? [] : (below.get(row.task.id) ?? []);
    const isShut = shut.has(row.key);
    result.push({
      ...row,
      depth: level,
      branch: children.length === 0 ? undefined : isShut ? 'shut' : 'open',
    });
    if (!isShut) for (const child of children.toReversed()) open.push([child, level + 1]);
  }
  return result;
}
