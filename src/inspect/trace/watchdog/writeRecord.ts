// From the lines of a ring to a trace file of the last seconds. It runs in the thread that records, or in the one that
// watches it while it hangs, and so loads nothing of the library.
//
// What happened before the first second that is asked for is not told, but what it has led to is: tasks that were alive
// then, and what they waited for.

import { writeFileSync } from 'node:fs';
import type { TraceEvent } from '../../../lowlevel.ts';
import { ChromeTrace } from '../chromeTrace.ts';

/** What a record is written of, as the recording thread knows it at its start. */
export interface Recorded {
  readonly pid: number;
  readonly thread: number;
  readonly title: string;
  readonly file: string;
  /** How far back it goes, in milliseconds. */
  readonly span: number;
}

/** Writes the file; `reason` becomes a mark at its end. */
export function writeRecord(
  file: string,
  lines: readonly string[],
  recorded: Recorded,
  reason: string,
): void {
  const now = Date.now();
  const from = now - recorded.span;
  const out: string[] = [];
  const { pid, thread, title } = recorded;
  const chrome = new ChromeTrace(
    { pid, thread, origin: from, add: (event) => void out.push(event) },
    title,
  );
  for (const event of latest(lines, from)) chrome.take(event);
  out.push(chrome.mark(reason, now));
  writeFileSync(file, `[\n${out.join(',\n')}\n]\n`);
}

/** The name of a task, as the ring has it. */
export function nameIn(lines: readonly string[], task: number): string | undefined {
  return events(lines).findLast((event) => event.task === task && event.what === 'create')?.name;
}

function events(lines: readonly string[]): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const line of lines) {
    try {
      events.push(JSON.parse(line) as TraceEvent);
    } catch {
      // Overwritten while it was read.
    }
  }
  return events;
}

function latest(lines: readonly string[], from: number): TraceEvent[] {
  const all = events(lines);
  // What lives is repeated in the ring: how it began may stand behind what it did.
  const creates: Map<number, TraceEvent> = new Map();
  for (const event of all) if (event.what === 'create') creates.set(event.task, event);
  /** What was waited for before, of those who were there. */
  const before: Map<number, TraceEvent | undefined> = new Map();
  const known: Set<number> = new Set();
  const told: TraceEvent[] = [];
  const tell = (event: TraceEvent): void => void told.push({ ...event, at: Math.max(event.at, from) });
  const introduce = (task: number, at: number): void => {
    if (known.has(task)) return;
    known.add(task);
    const { at: made = at, ...create } = creates.get(task) ?? {
      what: 'create',
      task,
      name: `task ${task}`,
    };
    tell({ ...create, at: Math.min(made, at) });
  };
  for (const event of all) {
    const { task, what, at } = event;
    if (at < from) {
      if (what === 'done') before.delete(task);
      else if (what !== 'cancel') before.set(task, what === 'wait' ? event : undefined);
      continue;
    }
    if (!known.has(task)) {
      const wait = before.get(task);
      introduce(task, at);
      if (wait !== undefined) tell(wait);
      before.delete(task);
    }
    if (what !== 'create') told.push(event);
  }
  for (const [task, wait] of before) {
    introduce(task, from);
    if (wait !== undefined) tell(wait);
  }
  return told;
}
