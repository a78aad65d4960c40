// npm run differential [-- options]: many random programs under Python's asyncio and here, event by event.
//
//   --seeds=100000   how many programs (10,000)
//   --seed=1         the first seed (drawn from the time)
//   --stop=5         stops after so many differences (5), each made as small as it gets
//   --whole          prints the program of the first difference as it was drawn
//
// ASYNCIO_PYTHON names the Python. The exit code is 1 when anything differs.

import { parseArgs } from 'node:util';
import { describe, withComparison } from './compare.ts';
import { findPython } from './python.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    stop: { type: 'string', default: '5' },
    whole: { type: 'boolean', default: false },
  },
});
const count = Number(values.seeds);
const first = Number(values.seed);
const most = Number(values.stop);

const python = findPython();
if (python === undefined) {
  console.error('there is no Python to compare with: install python3, or name one with ASYNCIO_PYTHON');
  process.exit(2);
}
console.log(`${count} programs from seed ${first} on, against Python ${python.version}`);
const began = performance.now();
let done = 0;
let different = 0;
await withComparison(python, async (comparison) => {
  for await (const difference of comparison.seeds(first, count)) {
    done++;
    if (process.stdout.isTTY && done % 100 === 0) process.stdout.write(`\r${progress()} `);
    else if (done % 10_000 === 0) console.log(progress());
    if (difference === undefined) continue;
    different++;
    if (different <= most) {
      const shown = values.whole ? difference : await comparison.smallest(difference);
      console.log(`\n---- seed ${difference.seed} differs\n${describe(shown)}`);
      console.log(`npm run differential -- --seeds=1 --seed=${difference.seed}\n`);
    }
  }
  console.log(`\n${progress()}`);
  for (const [rule, programs] of comparison.excluded) console.log(`${programs} not compared: ${rule}`);
});
process.exitCode = different > 0 ? 1 : 0;

function progress(): string {
  const seconds = (performance.now() - began) / 1000;
  const rate = Math.round(done / seconds);
  return `${done - different} of ${done} equal, ${seconds.toFixed(0)} s, ${rate} a second`;
}
