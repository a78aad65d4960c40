// Promises among what races: the work behind them is under way already, and nothing can stop it. TypeScript refuses them;
// a program in JavaScript is told, once a place, when one has lost.

import { Future } from '../core/future/future.ts';
import { userLines } from '../loop/stackLines.ts';
import { report } from '../sys/host/report.ts';

const MOST_PLACES = 100;
const MOST_LINES = 3;
const told: Set<string> = new Set();

/** What tells, when `call` is over, which of the promises it was given go on; undefined where it was given none.
 * Called at once where the program called, for the place. */
export function watchLoosePromises(
  call: string,
  given: readonly unknown[],
): ((stopped: (promise: unknown) => boolean) => void) | undefined {
  const loose = given.filter((one) => typeof one !== 'function' && !(one instanceof Future));
  if (loose.length === 0 || told.size >= MOST_PLACES) return undefined;
  const { stack = '' } = new Error('called here');
  return (stopped) => {
    const lost = loose.filter(stopped).map((one) => given.indexOf(one) + 1);
    const lines = userLines(stack).slice(0, MOST_LINES);
    const place = lines[0] ?? call;
    if (lost.length === 0 || told.has(place)) return;
    told.add(place);
    report('warning', () =>
      [
        `${call} was given promises, which it cannot stop: what is behind number ${lost.join(', ')} of ` +
          `${given.length} lost and goes on`,
        ...lines.map((line) => `    ${line}`),
        '  Give it functions, which start the work and take the signal that stops it: ' +
          '"({ signal }) => fetch(url, { signal })".',
      ].join('\n'),
    );
  };
}
