// A program that drops a sleep, and goes on until it is collected. See debugMode.test.ts.

import { run, sleep } from '../../src/asyncio.ts';
import { setReporter } from '../../src/lowlevel.ts';

const host = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
let told = 0;
setReporter((_, text) => {
  told++;
  console.error(text);
});

await run(
  async () => {
    void sleep(1);
    await sleep(2);
    for (let i = 0; i < 200 && told === 0; i++) {
      if (host.Bun === undefined) host.gc?.();
      else host.Bun.gc(true);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.error('main goes on');
  },
  { debug: true },
);
