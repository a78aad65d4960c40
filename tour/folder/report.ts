// The last words of a run, as lines: what was done, what was found, where it is.

import type { PassName } from '../arguments.ts';
import { comparison, speedUp } from '../screen/comparison.ts';
import { explain } from './explain.ts';
import { differences, duplicates, largestFiles, unreadFiles } from './findings.ts';
import type { UnreadFile } from './findings.ts';
import { heading } from '../screen/heading.ts';
import type { Page } from '../screen/page.ts';
import { passLabels } from './passReport.ts';
import type { PassReport, RunReport } from './passReport.ts';
import type { Store } from './store.ts';
import type { Column } from '../screen/table.ts';
import { displayWidth, fit, pad, showName, wrap } from '../screen/text.ts';
import { count, counted, duration, percent, size } from '../screen/units.ts';

/** The report of a run that came to its end. */
export function fullReport(run: RunReport, store: Store, page: Page): string[] {
  const { listing } = run;
  const last = run.passes.at(-1);
  const name = fit(run.folder, page.width);
  const facts =
    `${counted(listing.files.length, 'file')} in ${counted(listing.folders, 'folder')}` +
    (last === undefined ? '' : `, ${size(last.table.written.bytes)}`);
  return [
    ...heading(name, facts, page),
    '',
    ...passTable(run.passes, page),
    ...(run.passes.length === 2 ? reasons(run, store, page) : []),
    ...(last === undefined ? [] : found(run, last, store, page)),
    ...leftOut(run, store, page),
    ...whereItIs(run, store, page),
  ];
}

/** The report of a run that was stopped or failed: what was done until then, and where it is. */
export function partialReport(
  run: RunReport,
  store: Store,
  why: 'Stopped' | 'Failed',
  page: Page,
): string[] {
  const total = run.listing.files.length;
  const head = page.style('bold', `${why} while ${run.doing}.`);
  if (run.passes.length === 0) {
    const seen = `${counted(total, 'file')} found, none written; the database is as it was.`;
    return [head, ...wrap(seen, page.width), ...whereItIs(run, store, page)];
  }
  const lines = run.passes.map(({ name, table: { written } }) => {
    const unread = written.unread > 0 ? `, ${count(written.unread)} of them unreadable` : '';
    const done = written.files + written.unread;
    return (
      `  ${passLabels[name].padEnd(12)}  ${count(done)} of ${counted(total, 'file')} written${unread}, ` +
      size(written.bytes)
    );
  });
  return [head, ...lines.map((line) => fit(line, page.width)), ...whereItIs(run, store, page)];
}

/** What is to be said when the disk had no room to move the log into the database. */
export function logLeft(log: string, { width }: Page): string[] {
  return wrap(`Keep ${showName(log)} beside it: it holds a part of the rows until there is room.`, width);
}

function passTable(passes: readonly PassReport[], { width, style }: Page): string[] {
  const columns: Column[] = [
    { title: 'Pass' },
    ...['Time', 'Files/s', 'MB/s', 'CPU', 'JS busy'].map((title): Column => ({ title, align: 'right' })),
  ];
  const rows = passes.map(({ name, table: { written }, measured: { elapsed, cpu, busy } }) => [
    passLabels[name],
    duration(elapsed),
    count((written.files / elapsed) * 1000),
    count(written.bytes / 1000 / elapsed),
    duration(cpu),
    percent(busy),
  ]);
  return comparison(columns, rows, speedUpOf(passes), { width, style });
}

function speedUpOf(passes: readonly PassReport[]): string | undefined {
  const time = (wanted: PassName): number | undefined =>
    passes.find(({ name }) => name === wanted)?.measured.elapsed;
  return speedUp(time('sequential'), time('concurrent'));
}

function reasons(run: RunReport, store: Store, { width }: Page): string[] {
  return explain(run, differences(store.db)).flatMap((text) => ['', ...wrap(text, Math.min(width, 96))]);
}

function found(run: RunReport, { name }: PassReport, store: Store, page: Page): string[] {
  const large = largestFiles(store.db, name, run.top);
  const twice = duplicates(store.db, name, run.top);
  const lines: string[] = [];
  if (large.length > 0) {
    lines.push('', page.style('bold', 'Largest files'));
    lines.push(
      ...entries(
        large.map((file) => [size(file.bytes), file.name]),
        page,
      ),
    );
  }
  const summary =
    twice.groups === 0
      ? 'none'
      : `${counted(twice.surplus, 'file')} more than needed in ${counted(twice.groups, 'group')}, ${size(twice.wasted)} wasted`;
  lines.push('', ...heading('Duplicates', summary, page));
  lines.push(
    ...entries(
      twice.worst.map((group) => [size(group.wasted), `${group.copies} × ${group.name}`]),
      page,
    ),
  );
  return lines;
}

function leftOut(run: RunReport, store: Store, page: Page): string[] {
  const { links, special } = run.listing;
  const unread = unreadFiles(store.db, Math.max(run.top, 1));
  const lines: string[] = [];
  if (unread.total > 0) {
    lines.push('', page.style('yellow', `Not read: ${count(unread.total)}`));
    const widest = Math.max(...unread.first.map(({ code }) => code.length));
    const room = page.width - widest - 4;
    lines.push(
      ...entries(
        unread.first.map((file) => [file.code, withReason(file, room)]),
        page,
      ),
    );
    if (unread.total > unread.first.length) lines.push(`  … all of them are in the table 'unread'`);
  }
  const skipped = [
    ...(links > 0 ? [counted(links, 'symbolic link')] : []),
    ...(special > 0 ? [counted(special, 'special file')] : []),
  ];
  if (skipped.length > 0) lines.push('', `Left out: ${skipped.join(', ')}`);
  return lines;
}

function whereItIs(run: RunReport, store: Store, page: Page): string[] {
  const verdict = store.check();
  const sound = verdict === 'ok' ? 'integrity ok' : `DAMAGED: ${verdict}`;
  return [
    '',
    ...heading('Database', `${fit(run.database, page.width - 2)}, ${size(store.size())}, ${sound}`, page),
  ];
}

/** The name and why it was not read; of the two, the name is what is kept when both do not fit. */
function withReason({ name, reason }: UnreadFile, room: number): string {
  const shortened = fit(name, Math.max(24, room - displayWidth(reason) - 2));
  return displayWidth(shortened) + 2 + displayWidth(reason) <= room ? `${shortened}: ${reason}` : name;
}

/** Lines of two columns, the first to the right, the second cut to what is left. */
function entries(pairs: readonly (readonly [string, string])[], { width }: Page): string[] {
  const first = Math.max(0, ...pairs.map(([text]) => displayWidth(text)));
  return pairs.map(
    ([left, right]) => `  ${pad(left, first, 'right')}  ${fit(right, Math.max(12, width - first - 4))}`,
  );
}
