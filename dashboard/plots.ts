// The plots, by uPlot: how busy the loop is, how late, and how many tasks are made.

import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Pulse } from '../src/cli/dash/messages.ts';
import { span } from './spans.ts';
import { WINDOW } from './store.ts';
import type { Store } from './store.ts';

interface Kind {
  readonly title: string;
  readonly of: (pulse: Pulse) => number | null;
  readonly text: (value: number) => string;
  readonly least: number;
  readonly colour: string;
}

const KINDS: readonly Kind[] = [
  {
    title: 'loop busy',
    of: ({ busy }) => (busy === null ? null : busy * 100),
    text: (value) => `${Math.round(value)} %`,
    least: 100,
    colour: '--run',
  },
  { title: 'loop delay', of: ({ delay }) => delay, text: span, least: 10, colour: '--cancel' },
  {
    title: 'new tasks',
    of: ({ created }) => created,
    text: (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)}/s`,
    least: 10,
    colour: '--accent',
  },
];

export function Plots({ store, version }: { store: Store; version: number }): ComponentChild {
  return h(
    'div',
    { class: 'plots' },
    KINDS.map((kind) => h(Plot, { key: kind.title, kind, store, version })),
  );
}

function Plot({ kind, store, version }: { kind: Kind; store: Store; version: number }): ComponentChild {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsOf(kind, element), [[], []], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: 92 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    const { pulses } = store;
    const times = pulses.map(({ at }) => at / 1000);
    const values = pulses.map(({ pulse }) => kind.of(pulse));
    plot.current?.setData([times, values]);
  }, [version]);
  const pulse = store.pulses.at(-1)?.pulse;
  const value = pulse === undefined ? null : kind.of(pulse);
  return h(
    'div',
    { class: 'plot' },
    h('h2', null, kind.title, h('b', null, value === null ? '…' : kind.text(value))),
    h('div', { ref: box }),
  );
}

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function optionsOf({ least, text, colour: name }: Kind, element: HTMLElement): uPlot.Options {
  const dim = (): string => colour('--dim');
  const axis = { stroke: dim, grid: { stroke: () => colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: 92,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: (_plot, _least, most) => [most - WINDOW / 1000, most] },
      y: { range: (_plot, _least, most) => [0, Math.max(least, most ?? 0)] },
    },
    axes: [
      { ...axis, size: 20, space: 70 },
      { ...axis, size: 46, space: 28, values: (_plot, values) => values.map(text) },
    ],
    series: [{}, { stroke: () => colour(name), width: 1.5, points: { show: false }, spanGaps: false }],
  };
}
