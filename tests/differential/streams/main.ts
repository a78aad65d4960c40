// npm run differential:streams [-- --seeds=100000 --seed=1]: random programs over one StreamReader, and a fiftieth as
// many scripts over real connections, under CPython and here. The exit code is 1 when anything differs.

import process from 'node:process';
import { parseArgs } from 'node:util';
import { backends } from '../../net/backends.ts';
import { findPython } from '../python.ts';
import { differentReaders } from './compareReaders.ts';
import { differentScripts } from './scripts.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [count, first] = [Number(values.seeds), Number(values.seed)];
const python = findPython();
if (python === undefined) {
  console.error('there is no Python to compare with: install python3, or name one with ASYNCIO_PYTHON');
  process.exit(2);
}
console.log(`${count} programs from seed ${first} on, against Python ${python.version}`);
const readers = await differentReaders(python, first, count);
const scripts = await differentScripts(python, backends, first, Math.ceil(count / 50));
for (const difference of [...readers, ...scripts]) console.log(JSON.stringify(difference, null, 2));
console.log(`${readers.length} readers and ${scripts.length} connections differ`);
process.exitCode = readers.length + scripts.length > 0 ? 1 : 0;
