// A server that was started by root and gives up its rights, before its loop starts or after that.

import process from 'node:process';
import { run, sleep } from '../../../../src/asyncio.ts';

const NOBODY = 65_534;
const drop = (): void => {
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
};
if (process.argv[2] === 'first') drop();
await run(async () => {
  await sleep(0);
  if (process.argv[2] !== 'first') drop();
  console.log('ready');
  await sleep(60_000);
});
