import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { asJson } from '../../tour/asJson.ts';
import { details } from '../../tour/details.ts';
import { lastScreen, partialScreen } from '../../tour/lastScreen.ts';
import { summarize } from '../../tour/loopDelay.ts';
import type { Comparison, Demonstration, PartResult } from '../../tour/part.ts';
import { noStyle } from './noStyle.ts';
import { displayWidth } from '../../tour/screen/text.ts';
import type { Course } from '../../tour/tour.ts';

function comparison(name: Comparison['name'], amount: string, inTurn: number, atOnce: number): Comparison {
  const measured = { cpu: 410, busy: 0.4, delay: { p99: 12.34, worst: 45.6 } };
  return {
    kind: 'comparison',
    name,
    amount,
    inTurn: { elapsed: inTurn, ...measured },
    atOnce: { elapsed: atOnce, ...measured },
    details: ['A paragraph that says where the figures are from. '.repeat(4).trim()],
    facts: { limit: 16 },
  };
}

function demonstration(name: Demonstration['name'], title: string, finding: string): Demonstration {
  return { kind: 'demonstration', name, title, finding, elapsed: 400, details: ['  a report'], facts: {} };
}

/** As long as each of them gets. */
const all: PartResult[] = [
  comparison('crawl', '24 pages, 16 at once', 26_012, 3_612),
  comparison('tcp', '10,000 clients of a TCP server', 58_310, 1_175),
  comparison('files', '200 files forced to disk', 12_403, 2_700),
  comparison('sql', '24 reports by 128 Postgres sessions', 1_402, 733),
  { ...comparison('burn', '24 jobs on the loop', 1_600, 1_610), place: 'loop' },
  { ...comparison('burn', 'the same in 128 threads', 1_680, 810), place: 'threads' },
  { ...comparison('burn', 'the same in 128 processes', 1_720, 845), place: 'processes' },
  demonstration('group', 'one failure stops its group', '20 requests stopped 15.6 ms after one failed'),
  demonstration('deadline', 'a deadline cleans up', 'at 404 ms of 400: no request, file or row is left'),
  demonstration('stop', 'one Stop ends everything', '82 tasks, 40 sockets, 1 child ended in 99.7 ms'),
  {
    ...demonstration('deadlock', 'a deadlock says who waits', 'transfer → audit → transfer'),
    report: [
      'transfer  waits for Lock "journal" (lock.acquire), held by audit',
      'audit     waits for Lock "accounts" (lock.acquire), held by transfer',
    ],
  },
];
const course: Course = { results: all, at: undefined, integrity: 'ok' };
const place = {
  machine: 'Node 26.10.0, 128 cores, selector backend',
  database: '.scratch/tour.sqlite',
  speed: 1,
};
const page = (width: number): { width: number; style: typeof noStyle } => ({ width, style: noStyle });

test('the last screen fits 80 columns and 24 lines, and begins with the result', () => {
  const lines = lastScreen(course, place, page(80));
  // npm's own empty line, the one above the screen, and the prompt below it.
  assert.ok(lines.length + 2 <= 24, `${lines.length} lines\n${lines.join('\n')}`);
  for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
  assert.equal(lines[0], 'At once, not in turn: crawl 7.2 ×, tcp 50 ×, files 4.6 ×, sql 1.9 × as fast.');
  const text = lines.join('\n');
  assert.match(text, /in turn +at once +factor +loop's delay/);
  assert.match(text, /crawl: 24 pages, 16 at once +26\.0 s +3\.61 s +7\.2 × +12\.3 ms/);
  assert.match(text, /55 of 100 answers within\s0\.8 s, 33 within 1\.8 s, 12\slater/);
  assert.match(text, /Web\sAlmanac 2025/);
  assert.match(text, /^burn: the same in 128 threads +1\.68 s +810 ms +2\.1 × /m);
  assert.match(text, /integrity ok/);
  const fast = lastScreen(course, { ...place, speed: 20 }, page(200)).join('\n');
  assert.match(fast, /Web Almanac 2025\), here 20 times as fast\./);
});

test('every screen fits every width, and no finding is lost', () => {
  for (let width = 40; width <= 130; width += 1) {
    const screens = [
      lastScreen(course, place, page(width)),
      partialScreen({ ...course, at: 'deadlock' }, 'Stopped', place, page(width)),
      details(all, page(width)),
    ];
    for (const line of screens.flat()) assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    const text = (screens[0] ?? []).join(' ').replace(/\s+/g, ' ');
    for (const part of all)
      if (part.kind === 'demonstration')
        assert.ok(text.includes(part.finding), `${width}: ${part.finding}`);
    assert.match(text, /crawl 7\.2 ×/);
  }
});

test('a tour that was stopped says where, and what there was until then', () => {
  const partial = { results: all.slice(0, 1), at: 'tcp', integrity: 'ok' } as const;
  const lines = partialScreen({ ...partial, results: [...partial.results] }, 'Stopped', place, page(80));
  assert.equal(lines[0], "Stopped in the part 'tcp'; what was begun has ended.");
  assert.match(lines.join('\n'), /crawl: 24 pages.*\n\nDatabase \.scratch\/tour\.sqlite: integrity ok\.$/);
  const early = partialScreen({ results: [], at: 'crawl', integrity: 'ok' }, 'Failed', place, page(80));
  assert.deepEqual(early, [
    "Failed in the part 'crawl'; what was begun has ended.",
    '',
    'Database .scratch/tour.sqlite: integrity ok.',
  ]);
});

test('asJson: one line, with the figures of every part', () => {
  const text = asJson(course, 'done', '/x.sqlite');
  assert.doesNotMatch(text, /\n/);
  const parsed = JSON.parse(text) as { state: string; parts: Record<string, unknown>[]; database: unknown };
  assert.equal(parsed.state, 'done');
  assert.deepEqual(parsed.database, { path: '/x.sqlite', integrity: 'ok' });
  assert.deepEqual(
    parsed.parts.map(({ name }) => name),
    all.map(({ name }) => name),
  );
  assert.equal(Math.round(Number(parsed.parts[0]?.['factor']) * 10), 72);
  assert.equal(
    (JSON.parse(asJson({ ...course, at: 'stop' }, 'stopped', 'x')) as { at: string }).at,
    'stop',
  );
});

test('summarize: what 99 of 100 turns stayed below, and the latest', () => {
  assert.deepEqual(summarize([]), { p99: 0, worst: 0 });
  const delays = Array.from({ length: 1000 }, (_, n) => (n * 7) % 1000);
  assert.deepEqual(summarize(delays), { p99: 990, worst: 999 });
});
