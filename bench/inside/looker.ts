// Who looks at a program again and again, as a process: `looker.ts PID top|dash`. It prints a line for each look.

import { subject, wing } from '../io/subject.ts';
import type * as Inspect from '../../src/inspect/inspect.ts';

/** How often each looks, in milliseconds; the dashboard has the steps of the tasks told as well. */
const INTERVALS: Readonly<Record<string, number>> = { top: 1000, dash: 500 };

const [pid, what = ''] = process.argv.slice(2);
const { attach } = await wing<typeof Inspect>('inspect');

// Who started it has gone.
process.stdin.resume().on('end', () => process.exit());

await subject.run(async () => {
  await using program = await attach(Number(pid));
  let isFirst = true;
  for await (const _ of program.watch({ interval: INTERVALS[what]! })) {
    if (isFirst && what === 'dash')
      for (const thread of program.threads) {
        thread.listen(() => {});
        await thread.ask('trace', { mayLose: true });
      }
    isFirst = false;
    console.log('looked');
  }
});
