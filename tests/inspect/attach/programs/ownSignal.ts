// A program that handles SIGUSR1 itself, and spins from the start or when asked to by another signal.

import process from 'node:process';
import { run, sleep } from '../../../../src/asyncio.ts';

function spin(): void {
  for (;;) Math.sqrt(2);
}

process.on('SIGUSR1', () => console.log('its own'));
process.on('SIGUSR2', spin);
await run(async () => {
  await sleep(0);
  console.log('ready');
  if (process.argv[2] === 'spins') setTimeout(spin, 20);
  await sleep(60_000);
});
