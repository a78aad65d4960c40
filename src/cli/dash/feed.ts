// Turns looks at a program into messages for its pages: what has changed since that which a page knows.
//
// 1. One feed serves all pages: what a task was told as is kept once, and a message that several pages get is made once.
// 2. A page has one message at a time. The next is made when it has taken that, of all that has changed since: what it has
//    missed in between is gone, and of when tasks ran it is told the latest look's alone.
// 3. Many tasks come in pieces, each made when the one before it has been taken: a page that does not read holds one.

import type { ProcessView } from '../../inspect/inspect.ts';
import { keyOf, taskRows } from '../top/rows.ts';
import { threadsOf } from '../look/describe.ts';
import { Measures } from '../top/measures.ts';
import type { Look, PageTask, PageThread, Piece } from './messages.ts';
import type { Runs } from './runs.ts';

interface Told {
  readonly task: PageTask;
  /** It as it was told. */
  readonly text: string;
  /** The version in which it was told so first. */
  readonly version: number;
}

/** Of a look what is the same for all pages. */
type Latest = Omit<Look, 'tasks' | 'gone' | 'threads'>;

/** So many tasks make a piece. */
const PIECE = 250;
/** So many tasks that have gone are remembered, for pages that know them still. */
const MOST_GONE = 20_000;

const encoder = new TextEncoder();

export class Feed {
  readonly #measures: Measures = new Measures();
  readonly #runs: Runs;
  readonly #told: Map<string, Told> = new Map();
  /** The version in which each has gone, the oldest first. */
  readonly #gone: Map<string, number> = new Map();
  #latest: Latest | undefined;
  #threads: { readonly text: string; readonly threads: readonly PageThread[]; readonly version: number } = {
    text: '',
    threads: [],
    version: 0,
  };
  #version: number = 0;
  /** What went before it is not known any more. */
  #oldest: number = 1;
  /** Of this version: the messages for pages that know an older one. */
  readonly #made: Map<number, Uint8Array> = new Map();

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** Whether a page that knows that version can be told what has changed; it begins anew if not. */
  covers(version: number): boolean {
    return version >= this.#oldest;
  }

  /** Takes note of a look. @param at the time of Date.now() */
  update(program: ProcessView, at: number): void {
    const version = ++this.#version;
    this.#made.clear();
    this.#measures.update(program, at);
    const seen: Set<string> = new Set();
    for (const row of taskRows(program, () => undefined)) {
      const { key, pid, thread, title, waits, isDeadlocked, task } = row;
      if (task === undefined) continue;
      seen.add(key);
      const before = this.#told.get(key);
      const { cpu, steps, parent, since } = task;
      // A wait in words has the time that is left in it, which changes by itself.
      const waitsNow = waits.replace(/, (?:\S+ left|due)(?= and |$)/g, '');
      const now: PageTask = {
        key,
        name: title,
        state: task.state,
        waits: waitsNow,
        born: before?.task.born ?? at - (task.age ?? 0),
        ...(task.age === undefined ? { isOlder: true } : {}),
        ...(since === undefined ? {} : { waitsSince: sameTime(before?.task.waitsSince, at - since) }),
        ...(parent === undefined ? {} : { parent: keyOf(pid, thread, parent) }),
        ...(cpu === undefined ? {} : { cpu: Math.round(cpu * 100) / 100 }),
        ...(steps === undefined ? {} : { steps }),
        ...(isDeadlocked ? { isDeadlocked: true } : {}),
      };
      const text = JSON.stringify(now);
      if (before?.text === text) continue;
      this.#told.set(key, { task: now, text, version });
      // Its thread may have been silent for a while.
      this.#gone.delete(key);
    }
    for (const key of this.#told.keys()) {
      if (seen.has(key)) continue;
      this.#told.delete(key);
      this.#gone.set(key, version);
    }
    this.#forget();
    this.#noteThreads(program);
    const [pulse, deadlocks] = [this.#pulse(program), deadlocksOf(program)];
    this.#latest = { what: 'look', at, pulse, deadlocks, runs: this.#runs.take() };
  }

  /** What has changed since the version that a page knows, as lines; to be taken one after the other.
   * @returns the version that it knows then */
  *since(known: number): Generator<Uint8Array, number> {
    const version = this.#version;
    if (this.#latest === undefined) return known;
    let line = this.#made.get(known);
    if (line === undefined) {
      let texts: string[] = [];
      let isWhole = true;
      for (const { text, version: told } of this.#told.values()) {
        if (told <= known || told > version) continue;
        if (texts.length === PIECE) {
          yield encodePiece(this.#latest.at, texts);
          [texts, isWhole] = [[], false];
        }
        texts.push(text);
      }
      line = this.#encodeLook(known, texts);
      if (isWhole) this.#made.set(known, line);
    }
    yield line;
    return version;
  }

  #encodeLook(known: number, tasks: readonly string[]): Uint8Array {
    const { version, threads } = this.#threads;
    const { runs, ...rest } = this.#latest as Latest;
    const gone: string[] = [];
    for (const [key, when] of this.#gone) if (when > known) gone.push(key);
    const look: Omit<Look, 'tasks'> = {
      ...rest,
      ...(version > known ? { threads } : {}),
      gone,
      runs: known === this.#version - 1 ? runs : [],
    };
    return encoder.encode(`${JSON.stringify(look).slice(0, -1)},"tasks":[${tasks.join(',')}]}\n`);
  }

  #forget(): void {
    for (const [key, version] of this.#gone) {
      if (this.#gone.size <= MOST_GONE) return;
      this.#gone.delete(key);
      this.#oldest = version;
    }
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

  #noteThreads(program: ProcessView): void {
    const threads = threadsOf(program).map(({ process: { pid, name }, view }): PageThread => {
      const title = view.thread === 0 ? `${name} (${pid})` : `${name} (${pid}), ${view.name}`;
      const { hang, problem } = view;
      const hot = hang?.hot[0]?.frame ?? hang?.stack[0];
      const where = hot === undefined ? '' : ` in ${hot.name || '(anonymous)'}, ${hot.file}:${hot.line}`;
      const trouble = hang === undefined ? problem?.message : `does not answer: its loop hangs${where}`;
      return { key: `${pid}.${view.thread}`, title, ...(trouble === undefined ? {} : { trouble }) };
    });
    const text = JSON.stringify(threads);
    if (text !== this.#threads.text) this.#threads = { text, threads, version: this.#version };
  }
}

function encodePiece(at: number, tasks: readonly string[]): Uint8Array {
  const head: Omit<Piece, 'tasks'> = { what: 'tasks', at };
  return encoder.encode(`${JSON.stringify(head).slice(0, -1)},"tasks":[${tasks.join(',')}]}\n`);
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
