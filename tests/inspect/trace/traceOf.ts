// Reads a trace file as its viewers do.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export interface ChromeEvent {
  readonly ph: string;
  readonly name?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly s?: string;
  readonly bp?: string;
  readonly id?: string;
  readonly cname?: string;
  readonly args?: Record<string, unknown>;
}

/** A folder that is gone when the file's tests are done. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-trace-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The events of a file; the end of the array may be missing, and that alone. */
export function readTrace(file: string): { events: ChromeEvent[]; complete: boolean } {
  const text = readFileSync(file, 'utf8');
  let complete = true;
  let events: ChromeEvent[];
  try {
    events = JSON.parse(text) as ChromeEvent[];
  } catch {
    assert.match(text, /,\n$/);
    events = JSON.parse(`${text.slice(0, -2)}]`) as ChromeEvent[];
    complete = false;
  }
  importAsPerfetto(events);
  return { events, complete };
}

interface Slice {
  readonly name: string | undefined;
  readonly start: number;
  /** Undefined as long as it is open. */
  end: number | undefined;
}

/** Nanoseconds: viewers count in whole ones. */
const ns = (microseconds: number): number => Math.round(microseconds * 1000);

/** Fails where Perfetto's importer (trace_processor, importers/json and importers/common/slice_tracker.cc) would count an
 * error or drop something. It takes the events by their time and otherwise as they stand; slices of a track are nested or
 * apart, to the nanosecond; an arrow has a number of 64 bits, as hexadecimal digits, begins once, and both of its ends
 * lie on a slice. */
function importAsPerfetto(events: readonly ChromeEvent[]): void {
  const stacks = new Map<string, Slice[]>();
  const arrows = new Set<string>();
  const threads = new Set<string>();
  const at = ({ ph, ts }: ChromeEvent): number => (ph === 'M' ? -Infinity : ns(ts));
  for (const event of events.toSorted((a, b) => at(a) - at(b) || 0)) {
    const what = JSON.stringify(event);
    const { ph, name, pid, tid, dur = 0 } = event;
    assert.ok(Number.isInteger(pid) && pid > 0 && pid < 2 ** 32, what);
    const time = at(event);
    const track = `${pid}/${tid}`;
    if (ph === 'M') {
      const { name: called, sort_index: index } = event.args!;
      if (name === 'thread_sort_index') assert.ok(Number.isInteger(index), what);
      else assert.ok(typeof called === 'string' && called !== '', what);
      if (name === 'thread_name') threads.add(track);
      continue;
    }
    assert.ok(Number.isFinite(time) && time >= 0, what);
    if (ph === 'C') {
      for (const value of Object.values(event.args!)) assert.equal(typeof value, 'number', what);
      continue;
    }
    // Of a whole process.
    if (ph === 'i' && event.s === 'p') continue;
    assert.ok(Number.isInteger(tid) && tid >= 0 && tid < 2 ** 32 && threads.has(track), what);
    const stack = stacks.get(track) ?? [];
    stacks.set(track, stack);
    if ('BEXi'.includes(ph)) {
      const ends = ph === 'X' ? time + ns(dur) : ph === 'i' ? time : undefined;
      close(stack, time, ends, what);
      if (ph === 'E') {
        assert.ok(stack.length > 0 && stack.at(-1)!.end === undefined, `nothing to end: ${what}`);
        stack.pop();
      } else stack.push({ name, start: time, end: ends });
    } else if (ph === 's' || ph === 'f') {
      assert.match(event.id ?? '', /^0x[0-9a-f]{1,16}$/, what);
      assert.ok(stack.length > 0, `an arrow on no slice: ${what}`);
      const id = `${event.id} ${name}`;
      assert.equal(arrows.has(id), ph === 'f', what);
      if (ph === 's') arrows.add(id);
      else assert.equal(event.bp, 'e', what);
    } else assert.fail(`unknown: ${what}`);
  }
}

/** Takes away what has ended by then. */
function close(stack: Slice[], time: number, ends: number | undefined, what: string): void {
  while (stack.length > 0) {
    const { start, end } = stack.at(-1)!;
    if (end === undefined) break;
    const isInstant = end === start && ends === time;
    if (end > time || (end === time && isInstant)) break;
    stack.pop();
  }
  for (const { end, name } of stack) {
    if (end === undefined) continue;
    assert.ok(ends !== undefined, `begins or ends within "${name}", which is whole: ${what}`);
    assert.ok(ends <= end, `overlaps "${name}": ${what}`);
  }
}

/** Checks what every viewer needs: within a track slices lie in each other, and begin before they end. Returns the
 * slices by the names of their tracks, as `name (state)`; those that have not ended last. */
export function slicesOf(events: readonly ChromeEvent[]): Map<string, string[]> {
  const names = new Map<string, string>();
  const open = new Map<string, ChromeEvent[]>();
  const slices = new Map<string, string[]>();
  const key = ({ pid, tid }: ChromeEvent): string => `${pid}/${tid}`;
  for (const event of events)
    if (event.name === 'thread_name') names.set(key(event), String(event.args!['name']));
  const add = (event: ChromeEvent, text: string): void => {
    const track = names.get(key(event)) ?? key(event);
    slices.set(track, [...(slices.get(track) ?? []), text]);
  };
  for (const event of events) {
    const stack = open.get(key(event)) ?? [];
    open.set(key(event), stack);
    const around = stack.at(-1);
    if (event.ph === 'B') {
      assert.ok(around === undefined || around.ts <= event.ts, JSON.stringify(event));
      stack.push(event);
      add(event, String(event.name));
    } else if (event.ph === 'E') {
      assert.ok(around !== undefined && around.ts <= event.ts, JSON.stringify(event));
      stack.pop();
    } else if (event.ph === 'X') {
      assert.ok(around !== undefined && around.ts <= event.ts && event.dur! >= 0, JSON.stringify(event));
      add(event, String(event.name));
    }
  }
  return slices;
}
