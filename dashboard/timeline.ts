// The timeline: a bar for each task of the last two minutes, coloured by what it did. Drawn on a canvas that covers what is
// in sight, so that its cost does not grow with the number of tasks.

import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { WINDOW } from './store.ts';
import type { Bar, Colour, Store } from './store.ts';

const LANE = 14;
const NAMES = 150;

interface TimelineProps {
  readonly store: Store;
  readonly version: number;
  readonly selected: string | undefined;
  readonly search: string;
  readonly onSelect: (key: string) => void;
}

export function Timeline({ store, version, selected, search, onSelect }: TimelineProps): ComponentChild {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const bars = lanes(store, search);
  const latest = useRef<() => void>(() => {});
  latest.current = () => {
    if (box.current !== null && canvas.current !== null)
      draw(box.current, canvas.current, bars, store.at, selected);
  };
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const redraw = (): void => latest.current();
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    element.addEventListener('scroll', redraw, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', redraw);
    };
  }, []);
  useEffect(() => latest.current(), [version, selected, search]);
  const choose = (event: MouseEvent): void => {
    const element = box.current;
    if (element === null) return;
    const y = event.clientY - element.getBoundingClientRect().top + element.scrollTop;
    const bar = bars[Math.floor(y / LANE)];
    if (bar !== undefined) onSelect(bar.key);
  };
  const legend: [string, string][] = [
    ['--run', 'running'],
    ['--wait', 'waiting'],
    ['--else', 'foreign promise'],
    ['--cancel', 'cancelling'],
  ];
  return h(
    'section',
    { class: 'box lanes' },
    h(
      'h2',
      { class: 'legend' },
      'Timeline, 2 min',
      legend.map(([name, text]) =>
        h('span', { key: name }, h('i', { style: { background: `var(${name})` } }), text),
      ),
    ),
    h(
      'div',
      { class: 'scroll', ref: box, onClick: choose, tabIndex: 0, 'aria-label': 'timeline' },
      h(
        'div',
        { style: { height: `${Math.max(1, bars.length) * LANE}px` } },
        h('canvas', { class: 'timeline', ref: canvas }),
      ),
    ),
  );
}

/** Those that live above those that have ended, the youngest first. */
function lanes(store: Store, search: string): Bar[] {
  const wanted = search.trim().toLowerCase();
  const all = [...store.bars.values()].filter(({ name }) => name.toLowerCase().includes(wanted)).reverse();
  return [
    ...all.filter(({ ended }) => ended === undefined),
    ...all.filter(({ ended }) => ended !== undefined),
  ];
}

function draw(
  box: HTMLElement,
  canvas: HTMLCanvasElement,
  bars: readonly Bar[],
  now: number,
  selected: string | undefined,
): void {
  const { clientWidth: width, clientHeight: height, scrollTop } = box;
  const scale = devicePixelRatio;
  const [pixelsWide, pixelsHigh] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== pixelsWide || canvas.height !== pixelsHigh) {
    canvas.width = pixelsWide;
    canvas.height = pixelsHigh;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const colours: Record<Colour, string> = {
    wait: colour('wait'),
    else: colour('else'),
    cancel: colour('cancel'),
  };
  const [run, text, select] = [colour('run'), colour('text'), colour('select')];
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const names = Math.min(NAMES, width * 0.3);
  const begin = now - WINDOW;
  const x = (at: number): number =>
    names + ((Math.max(begin, Math.min(now, at)) - begin) / WINDOW) * (width - names);
  const first = Math.floor(scrollTop / LANE);
  const last = Math.min(bars.length, Math.ceil((scrollTop + height) / LANE));
  for (let index = first; index < last; index += 1) {
    const bar = bars[index];
    if (bar === undefined) continue;
    const top = index * LANE - scrollTop;
    if (bar.key === selected) {
      context.fillStyle = select;
      context.fillRect(0, top, width, LANE);
    }
    const end = bar.ended ?? now;
    for (const [at, { at: from, colour: name }] of bar.colours.entries()) {
      context.fillStyle = colours[name];
      const to = bar.colours[at + 1]?.at ?? end;
      context.fillRect(x(from), top + 2, Math.max(1, x(to) - x(from)), LANE - 5);
    }
    context.fillStyle = run;
    for (let at = 0; at + 1 < bar.runs.length; at += 2) {
      const from = x(bar.runs[at] ?? 0);
      context.fillRect(from, top + 2, Math.max(1, x(bar.runs[at + 1] ?? 0) - from), LANE - 5);
    }
    context.fillStyle = text;
    context.fillText(fitted(context, bar.name, names - 12), 8, top + LANE / 2);
  }
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  let shown = text.slice(0, 40);
  while (shown.length > 1 && context.measureText(shown).width > width) shown = `${shown.slice(0, -2)}…`;
  return shown;
}
