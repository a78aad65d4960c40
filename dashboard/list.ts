// A list of which only what is in sight is there: ten thousand rows cost as much as thirty.

import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const HEIGHT = 24;

interface ListProps<T> {
  readonly rows: readonly T[];
  readonly label: string;
  readonly draw: (row: T, top: number) => ComponentChild;
  readonly onKey: (event: KeyboardEvent) => void;
}

export function List<T>({ rows, label, draw, onKey }: ListProps<T>): ComponentChild {
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height }, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const first = Math.max(0, Math.floor(top / HEIGHT) - 5);
  const last = Math.min(rows.length, Math.ceil((top + height) / HEIGHT) + 5);
  const shown = rows.slice(first, last).map((row, index) => draw(row, (first + index) * HEIGHT));
  const all = { style: { height: `${rows.length * HEIGHT}px` } };
  return h(
    'div',
    { class: 'scroll', ref: box, tabIndex: 0, role: 'tree', 'aria-label': label, onKeyDown: onKey },
    h('div', all, shown),
  );
}
