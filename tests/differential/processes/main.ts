// npm run differential:processes [-- --seeds=10000 --seed=1]: random programs with a child under CPython's asyncio and
// here, on each backend. The exit code is 1 when anything differs.

import process from 'node:process';
import { parseArgs } from 'node:util';
import { backends } from '../../net/backends.ts';
import { findPython } from '../python.ts';
import { differentProcesses } from './compareProcesses.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const [count, first] = [Number(values.seeds), Number(values.seed)];
const python = findPython();
if (python === undefined) {
  console.error('there is no Python to compare with: install python3, or name one with ASYNCIO_PYTHON');
  process.exit(2);
}
console.log(`${count} programs with a child from seed ${first} on, against Python ${python.version}`);
const different = await differentProcesses(python, backends, first, count);
for (const difference of different) console.log(JSON.stringify(difference, null, 2));
console.log(`${different.length} differ`);
process.exitCode = different.length > 0 ? 1 : 0;
