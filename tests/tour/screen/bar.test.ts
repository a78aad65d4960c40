import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { plainLine, progressLine } from '../../../tour/screen/bar.ts';
import { noStyle } from '../noStyle.ts';
import { displayWidth } from '../../../tour/screen/text.ts';
import { duration, size } from '../../../tour/screen/units.ts';

const now = { label: 'concurrently', done: 9_191, total: 14_824, bytes: 612e6, elapsed: 2_350 };

test('the line says the most it can and never more than fits', () => {
  for (let width = 1; width <= 200; width += 1) {
    for (const done of [0, 1, 999, 9_191, 14_824]) {
      for (const total of [14_824, undefined]) {
        const line = progressLine({ ...now, done, total }, width, noStyle);
        assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
      }
    }
  }
  assert.match(
    progressLine(now, 90, noStyle),
    /^concurrently {2}━+╸?─+ +62 % {2} 9,191\/14,824 files +612.0 MB +3,911\/s +2 s left$/,
  );
  assert.match(progressLine(now, 50, noStyle), /^concurrently {2}━+╸?─+ +62 % {2} ?9,191/);
  assert.equal(progressLine(now, 20, noStyle), 'concurrently 62 %');
});

test('the bar stands still while the figures grow', () => {
  const lengths = [0, 1, 500, 9_999, 10_000, 14_823].map(
    (done) => progressLine({ ...now, done, bytes: done * 60_000 }, 79, noStyle).match(/[━╸─]+/)?.[0].length,
  );
  assert.equal(new Set(lengths).size, 1, String(lengths));
});

test('an empty folder is done at once', () => {
  assert.match(progressLine({ ...now, done: 0, total: 0, bytes: 0, elapsed: 0 }, 80, noStyle), /100 %/);
});

test('without a terminal the line is plain', () => {
  assert.equal(
    plainLine({ ...now, label: 'one by one  ' }),
    'one by one: 9,191 of 14,824 files (62 %), 612.0 MB',
  );
});

test('sizes and times read well at their borders', () => {
  assert.deepEqual([0, 999, 1000, 999_949, 999_950, 1.5e9].map(size), [
    '0 B',
    '999 B',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '1.5 GB',
  ]);
  assert.deepEqual([0, 340, 999.4, 1000, 9_994, 59_900, 60_000, 125_000, 3_720_000].map(duration), [
    '0 ms',
    '340 ms',
    '999 ms',
    '1.00 s',
    '9.99 s',
    '59.9 s',
    '1 min 00 s',
    '2 min 05 s',
    '1 h 02 min',
  ]);
});
