// Stands at a breakpoint as soon as somebody debugs it.

import { run, sleep } from '../../../../src/asyncio.ts';

await run(async () => {
  console.log('ready');
  for (let step = 0; ; step++) {
    await sleep(5);
    // oxlint-disable-next-line no-debugger -- it is what this program is for
    if ((globalThis as { stopHere?: boolean }).stopHere === true) debugger;
  }
});
