import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { paths } from '../../tour/crawl/catalogue.ts';
import { latencyOf, measurement, quantile } from '../../tour/crawl/latencies.ts';

test('quantile: the classes of the measurement, end to end', () => {
  assert.equal(
    measurement.classes.reduce((sum, { share }) => sum + share, 0),
    100,
  );
  assert.deepEqual(
    [0, 0.55, 0.88, 1].map((part) => Math.round(quantile(part))),
    [100, 800, 1800, 3000],
  );
  for (let n = 1; n <= 1000; n += 1) assert.ok(quantile(n / 1000) > quantile((n - 1) / 1000));
});

test('latencyOf: the first answers of all pages are distributed as was measured', () => {
  for (const pages of [paths.length, 100, 1000]) {
    const all = Array.from({ length: pages }, (_, page) => latencyOf(page, 1, pages));
    assert.equal(new Set(all).size, pages);
    for (const { share, from, to } of measurement.classes) {
      const within = all.filter((each) => each > from && each <= to).length;
      assert.ok(
        Math.abs((within / pages) * 100 - share) < 100 / pages,
        `${pages}: ${within} of ${share} %`,
      );
    }
  }
});

test('latencyOf: further answers are samples of the same, and nothing is left to chance', () => {
  const all = Array.from({ length: 2000 }, (_, n) => latencyOf(n % 500, 2 + Math.floor(n / 500), 500));
  for (const { share, from, to } of measurement.classes) {
    const within = all.filter((each) => each > from && each <= to).length;
    assert.ok(Math.abs(within / 20 - share) < 2, `${within / 20} of ${share} %`);
  }
  assert.equal(latencyOf(7, 2, 24), latencyOf(7, 2, 24));
});
