// One measurement in one fresh process: `child.ts <module below bench/> <key> <size> <repeats> <warm-up size>`.
// Prints one line of JSON, an array of samples, and ends at once, whatever is still parked.

import type { PeerWorks, Sample } from './sample.ts';

const [module = '', key = '', size = '0', repeats = '1', warmUp = '0'] = process.argv.slice(2);

const { works } = (await import(new URL(`./${module}.ts`, import.meta.url).href)) as {
  works: PeerWorks;
};
const work = works[key];
if (work === undefined) throw new Error(`${module} has no work '${key}'`);

if (Number(warmUp) > 0) {
  await work(Number(warmUp));
  await work(Number(size));
}
const samples: Sample[] = [];
for (let i = 0; i < Number(repeats); i++) {
  globalThis.gc?.();
  samples.push(await work(Number(size)));
}
process.stdout.write(`${JSON.stringify(samples)}\n`, () => process.exit(0));
