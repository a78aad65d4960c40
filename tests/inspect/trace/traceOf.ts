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
  try {
    return { events: JSON.parse(text) as ChromeEvent[], complete: true };
  } catch {
    assert.match(text, /,\n$/);
    return { events: JSON.parse(`${text.slice(0, -2)}]`) as ChromeEvent[], complete: false };
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
