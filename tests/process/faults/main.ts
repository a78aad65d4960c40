// node scripts/start.mjs --main=tests/process/faults/main.ts [backend] [children] [seed]: children in large numbers.

import process from 'node:process';
import { createSubprocessExec, gather, run } from '../../../src/asyncio.ts';
import { cancelled, manyChildren, throughCat } from './faults.ts';

const [backend = 'selector', children = '10000', seed = String(Date.now() % 1_000_000)] =
  process.argv.slice(2);
let failed = 0;

async function tell(
  what: string,
  work: () => Promise<{ failures: readonly string[]; figures?: string }>,
): Promise<void> {
  const began = performance.now();
  const { failures, figures = '' } = await work();
  console.log(
    `${failures.length === 0 ? '✔' : '✖'} ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s ${figures}`,
  );
  for (const failure of failures) console.log(`    ${failure}`);
  failed += failures.length;
}

await run(
  async () => {
    await tell('50 MB through cat by communicate', async () => ({
      failures: await throughCat(50_000_000),
    }));
    await tell('20 children of sleep 1 side by side', async () => {
      const began = performance.now();
      await gather(
        ...Array.from({ length: 20 }, () => async () => (await createSubprocessExec('sleep', '1')).wait()),
      );
      const took = performance.now() - began;
      return { failures: took < 1500 ? [] : [`${took.toFixed(0)} ms`], figures: `${took.toFixed(0)} ms` };
    });
    await tell(`500 cancels, seed ${seed}`, async () => ({ failures: await cancelled(500, Number(seed)) }));
    await tell(`${children} quick children`, async () => ({
      failures: await manyChildren(Number(children), 4),
    }));
  },
  { backend: backend as 'selector' | 'host' },
);
process.exitCode = failed > 0 ? 1 : 0;
