// Turns looks at a program into messages for one page: what has changed since the message before.

import type { ProcessView } from '../../inspect/inspect.ts';
import { keyOf, taskRows, threadsOf } from '../top/rows.ts';
import { Measures } from '../top/measures.ts';
import type { Look, PageTask, PageThread } from './messages.ts';
import type { Runs } from './runs.ts';

interface Told {
  readonly task: PageTask;
  /** It as it was told. */
  readonly text: string;
}

export class Feed {
  readonly #measures: Measures = new Measures();
  readonly #runs: Runs;
  #told: Map<string, Told> = new Map();
  #threads: string = '';

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** @param at the time of Date.now() */
  look(program: ProcessView, at: number): Look {
    this.#measures.update(program, at);
    const told: Map<string, Told> = new Map();
    const tasks: PageTask[] = [];
    for (const row of taskRows(program, () => undefined)) {
      const { key, pid, thread, title, waits, isDeadlocked, task } = row;
      if (task === undefined) continue;
      const before = this.#told.get(key);
      const { cpu, steps, parent, since } = task;
      // A wait in words has the time that is left in it, which changes by itself.
      const waitsNow = waits.replace(/, \S+ left$/, '');
      const now: PageTask = {
        key,
        name: title,
        state: task.state,
        waits: waitsNow,
        born: before?.task.born ?? at - task.age,
        ...(since === undefined ? {} : { waitsSince: sameTime(before?.task.waitsSince, at - since) }),
        ...(parent === undefined ? {} : { parent: keyOf(pid, thread, parent) }),
        ...(cpu === undefined ? {} : { cpu: Math.round(cpu * 100) / 100 }),
        ...(steps === undefined ? {} : { steps }),
        ...(isDeadlocked ? { isDeadlocked: true } : {}),
      };
      const text = JSON.stringify(now);
      told.set(key, { task: now, text });
      if (before?.text !== text) tasks.push(now);
    }
    const gone = [...this.#told.keys()].filter((key) => !told.has(key));
    this.#told = told;
    const threads = this.#changedThreads(program);
    return {
      what: 'look',
      at,
      pulse: this.#pulse(program),
      ...(threads === undefined ? {} : { threads }),
      deadlocks: deadlocksOf(program),
      tasks,
      gone,
      runs: this.#runs.take(),
    };
  }

  #pulse(program: ProcessView): Look['pulse'] {
    const { busy, delays, rates } = this.#measures;
    const snapshots = threadsOf(program).flatMap(({ view: { snapshot } }) =>
      snapshot === undefined ? [] : [snapshot],
    );
    return {
      busy: busy.at(-1) ?? null,
      delay: delays.at(-1) ?? null,
      created: rates?.created ?? null,
      cancelled: rates?.cancelled ?? null,
      failed: rates?.failed ?? null,
      memory: snapshots[0]?.memory ?? 0,
      tasks: snapshots.reduce((sum, { total }) => sum + total, 0),
    };
  }

  #changedThreads(program: ProcessView): PageThread[] | undefined {
    const threads = threadsOf(program).map(({ process: { pid, name }, view }): PageThread => {
      const title = view.thread === 0 ? `${name} (${pid})` : `${name} (${pid}), ${view.name}`;
      const { hang, problem } = view;
      const hot = hang?.hot[0]?.frame ?? hang?.stack[0];
      const where = hot === undefined ? '' : ` in ${hot.name || '(anonymous)'}, ${hot.file}:${hot.line}`;
      const trouble = hang === undefined ? problem?.message : `does not answer: its loop hangs${where}`;
      return { key: `${pid}.${view.thread}`, title, ...(trouble === undefined ? {} : { trouble }) };
    });
    const text = JSON.stringify(threads);
    if (text === this.#threads) return undefined;
    this.#threads = text;
    return threads;
  }
}

/** A time that was reckoned anew may differ by the way the look took. */
function sameTime(before: number | undefined, now: number): number {
  return before !== undefined && Math.abs(before - now) < 50 ? before : Math.round(now);
}

function deadlocksOf(program: ProcessView): string[] {
  return threadsOf(program).flatMap(({ view: { snapshot } }) => {
    const names = new Map(snapshot?.tasks.map(({ id, name }) => [id, name]));
    const circles = snapshot?.loops.flatMap(({ deadlocks }) => deadlocks) ?? [];
    return circles.map((ids) =>
      [...ids, ids[0] ?? 0].map((id) => names.get(id) ?? `task ${id}`).join(' → '),
    );
  });
}
