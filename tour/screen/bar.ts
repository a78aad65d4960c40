// The picture of a phase at one moment: a line that says the most it can in the columns that it has.

import cliProgress from 'cli-progress';
import type { Style } from './style.ts';
import { displayWidth, fit } from './text.ts';
import { count, counted, percent, size } from './units.ts';

export interface Snapshot {
  readonly label: string;
  /** What is done, in units of the phase. */
  readonly done: number;
  /** One of them; `file` unless given. */
  readonly unit?: string;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  /** Bytes that were read, where the phase counts them. */
  readonly bytes?: number;
  /** Milliseconds since the phase began. */
  readonly elapsed: number;
}

/**
 * The line for a terminal of `width` columns. As it gets narrower it loses, in this order: the rate, the
 * time left, the bytes, the total, the bar.
 */
export function progressLine(now: Snapshot, width: number, style: Style): string {
  const { label, done, total, bytes, elapsed, unit = 'file' } = now;
  const bytesRead = bytes !== undefined && bytes > 0 ? [size(bytes)] : [];
  if (total === undefined) {
    return fit(`${label}  ${[counted(done, unit), ...bytesRead].join('  ')}`, width);
  }
  const part = total === 0 ? 1 : done / total;
  // Every figure keeps its width while it grows, so that the bar stands still.
  const full = `${count(done).padStart(count(total).length)}/${counted(total, unit)}`;
  const read = bytes === undefined ? [] : [size(bytes).padStart(8)];
  const rate = elapsed > 300 && done > 0 ? done / elapsed : undefined;
  const perSecond = (rate === undefined ? '' : `${count(rate * 1000)}/s`).padStart(8);
  const left = (rate === undefined ? '' : `${roughly((total - done) / rate)} left`).padStart(11);
  const figures = [
    [full, ...read, perSecond, left],
    [full, ...read, left],
    [full, ...read],
    [full],
    [counted(done, unit)],
  ];
  const smallest = 8;
  const head = `${label}  `;
  const middle = ` ${percent(part).padStart(5)}  `;
  for (const list of figures) {
    const tail = list.join('  ');
    const room = width - displayWidth(head) - middle.length - displayWidth(tail);
    if (room < smallest) continue;
    return head + drawBar(part, Math.min(room, 24), style) + middle + tail;
  }
  return fit(`${label} ${percent(part)}`, width);
}

/** The same for where there is no terminal. */
export function plainLine(now: Snapshot): string {
  const { done, total, bytes, unit = 'file' } = now;
  const label = now.label.trimEnd();
  const read = bytes !== undefined && bytes > 0 ? `, ${size(bytes)}` : '';
  if (total === undefined) return `${label}: ${counted(done, unit)}${read}`;
  return `${label}: ${count(done)} of ${counted(total, unit)} (${percent(total === 0 ? 1 : done / total)})${read}`;
}

function drawBar(part: number, width: number, style: Style): string {
  const [barCompleteString, barIncompleteString] = ['━'.repeat(width), '─'.repeat(width)];
  const bar = cliProgress.Format.BarFormat(part, {
    barsize: width,
    barCompleteString,
    barIncompleteString,
    barGlue: '',
  });
  return bar.replace(/━+/, (full) => style('cyan', full)).replace(/─+/, (rest) => style('dim', rest));
}

/** A time in at most six characters, which does not change with every picture. */
function roughly(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.min(999, Math.ceil(minutes / 60))} h`;
}
