// How long the site waits before it answers: as long as the sites of a published measurement.
//
// The measurement gives three classes. Within a class all times are equally frequent; where the first begins and the
// last ends is not in it, and chosen here (100 ms, 3 s).

export const measurement = {
  what: 'time to first byte of desktop sites as their visitors met it (75th percentile)',
  by: 'HTTP Archive, Web Almanac 2025, chapter Performance, from the Chrome UX Report',
  address: 'https://almanac.httparchive.org/en/2025/performance',
  /** Of 100 sites so many are within these milliseconds. */
  classes: [
    { share: 55, from: 100, to: 800 },
    { share: 33, from: 800, to: 1800 },
    { share: 12, from: 1800, to: 3000 },
  ],
} as const;

/** The milliseconds that a part of all answers, 0 to 1, stays below. */
export function quantile(part: number): number {
  let below = 0;
  for (const { share, from, to } of measurement.classes) {
    if (part * 100 <= below + share) return from + ((part * 100 - below) / share) * (to - from);
    below += share;
  }
  return measurement.classes[2].to;
}

/**
 * The wait of one answer. The first answers of all pages together are the distribution, evenly sampled; a further
 * answer of a page is one more sample. It depends on nothing else, so that each pass meets the same waits.
 *
 * @param page Its number among all pages.
 * @param attempt 1 for the first time that it is asked for.
 */
export function latencyOf(page: number, attempt: number, pages: number): number {
  const golden = 0.618_033_988_75;
  if (attempt > 1) return quantile((page * golden + attempt * 0.37) % 1);
  return quantile(((((page + 1) * stepOf(pages)) % pages) + 0.5) / pages);
}

/** A step that visits all of `pages` in an order that looks like none. */
function stepOf(pages: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let step = Math.round(pages * 0.382);
  while (common(step, pages) !== 1) step += 1;
  return step;
}
