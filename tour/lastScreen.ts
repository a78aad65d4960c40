// What the tour leaves on the screen: the result first, in no more than fits into 80 columns and 24 lines.

import { basename } from 'node:path';
import { measurement } from './crawl/latencies.ts';
import { factorOf } from './part.ts';
import type { Comparison, Demonstration, PartResult } from './part.ts';
import type { Page } from './screen/page.ts';
import { tableLines } from './screen/table.ts';
import type { Column } from './screen/table.ts';
import { displayWidth, fit, pad, wrap } from './screen/text.ts';
import { duration, shortDuration } from './screen/units.ts';
import type { Course } from './tour.ts';

/** What is known of where the tour ran. */
export interface Place {
  /** As `Node 26.1.0, 2 cores, selector backend`. */
  readonly machine: string;
  /** The database, as it is to be shown. */
  readonly database: string;
  /** By which the waits were divided. */
  readonly speed: number;
}

/** The screen of a tour that came to its end. */
export function lastScreen(course: Course, place: Place, page: Page): string[] {
  const comparisons = course.results.filter((part) => part.kind === 'comparison');
  return [
    ...headline(comparisons, page),
    ...results(course.results, page),
    '',
    ...(comparisons.some(({ name }) => name === 'crawl') ? sourceOf(place, page) : []),
    ...wrap(machineOf(course, place, page), page.width),
    ...wrap('More: npm start -- --details · npm start -- FOLDER · npm start -- --help', page.width),
  ];
}

/** The screen of a tour that was stopped or failed: where, and what there was until then. */
export function partialScreen(
  course: Course,
  why: 'Stopped' | 'Failed',
  place: Place,
  page: Page,
): string[] {
  const at = course.at === undefined ? '' : ` in the part '${course.at}'`;
  return [
    ...wrap(`${why}${at}; what was begun has ended.`, page.width).map((line) => page.style('bold', line)),
    ...results(course.results, page),
    ...(course.integrity === undefined
      ? []
      : ['', ...wrap(`Database ${stateOf(course, place)}`, page.width)]),
  ];
}

function headline(comparisons: readonly Comparison[], { width, style }: Page): string[] {
  if (!comparisons.some(waits)) return [];
  const factors = comparisons.filter(waits).map((part) => `${part.name} ${factor(part)}`);
  const text = `At once, not in turn: ${factors.join(', ')} as fast.`;
  return wrap(text.replaceAll(' ×', '\u00a0×'), width).map((line) =>
    style('bold', line.replaceAll('\u00a0', ' ')),
  );
}

function results(all: readonly PartResult[], page: Page): string[] {
  const comparisons = all.filter((part) => part.kind === 'comparison');
  const demonstrations = all.filter((part) => part.kind === 'demonstration');
  return [
    ...(comparisons.length === 0 ? [] : ['', ...table(comparisons, page)]),
    ...(demonstrations.length === 0
      ? []
      : [
          // Below a table there is no line to spare: the title sets it apart.
          ...(comparisons.length === 0 ? [''] : []),
          page.style('dim', 'What promises alone cannot do'),
          ...list(demonstrations, page),
        ]),
  ];
}

/** The table; where there is no room the columns lose their words, and then go, from the right. */
export function table(comparisons: readonly Comparison[], { width, style }: Page): string[] {
  const right = (title: string): Column => ({ title, align: 'right' });
  const columns = [
    { title: '' },
    right('in turn'),
    right('at once'),
    right('factor'),
    right("loop's delay"),
  ];
  const rows = (first: (part: Comparison) => string): string[][] =>
    comparisons.map((part) => [
      first(part),
      duration(part.inTurn.elapsed),
      duration(part.atOnce.elapsed),
      factor(part),
      shortDuration(part.atOnce.delay.p99),
    ]);
  const attempts = [
    tableLines(
      columns,
      rows(({ name, amount }) => `${name}: ${amount}`),
    ),
    ...[[...columns.slice(0, 4), right('delay')], columns.slice(0, 4), columns.slice(0, 3)].map((some) =>
      tableLines(
        some,
        rows(({ name, place = name }) => place),
      ),
    ),
  ];
  const lines =
    attempts.find((some) => some.every((line) => displayWidth(line) <= width)) ?? attempts.at(-1) ?? [];
  return lines.map((line, n) => (n === 0 ? style('dim', line) : fit(line, width)));
}

function list(demonstrations: readonly Demonstration[], { width, style }: Page): string[] {
  const column = Math.max(...demonstrations.map(({ title }) => displayWidth(title))) + 2;
  return demonstrations.flatMap(({ title, finding, report = [] }) => [
    ...(column + displayWidth(finding) <= width
      ? [`${style('bold', pad(title, column))}${finding}`]
      : [style('bold', fit(title, width)), ...wrap(finding, width - 2).map((line) => `  ${line}`)]),
    ...report.flatMap((line) => wrap(line, width - 2).map((part) => `  ${part}`)),
  ]);
}

function sourceOf({ speed }: Place, { width }: Page): string[] {
  const [first, second, third] = measurement.classes;
  return wrap(
    `The site waits as sites do: ${first.share} of 100 answers within ${first.to / 1000} s, ` +
      `${second.share} within ${second.to / 1000} s, ${third.share} later ` +
      `(HTTP Archive, Web Almanac 2025)${speed === 1 ? '' : `, here ${speed} times as fast`}.`,
    width,
  );
}

/** The machine and the database: its name alone where there is no room for its path. */
function machineOf(course: Course, place: Place, { width }: Page): string {
  const whole = `${place.machine}. ${stateOf(course, place)}`;
  if (displayWidth(whole) <= width) return whole;
  return `${place.machine}. ${stateOf(course, { ...place, database: basename(place.database) })}`;
}

function stateOf({ integrity }: Course, { database }: Place): string {
  return `${database}: ${integrity === 'ok' ? 'integrity ok' : `DAMAGED: ${integrity}`}.`;
}

/** What waits wins by being done at once wherever it is done; what burns, only in threads and processes. */
function waits({ name }: Comparison): boolean {
  return name !== 'burn';
}

function factor(part: Comparison): string {
  const value = factorOf(part);
  return `${value < 20 ? value.toFixed(1) : Math.round(value)} ×`;
}
