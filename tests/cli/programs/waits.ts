// Waits until it is interrupted; "refuse" as argument makes it go on.

import { sleep } from 'asyncio-ts';

export async function main([manner]: string[]): Promise<void> {
  console.log('ready');
  for (;;) {
    try {
      await sleep(600_000);
    } catch (error) {
      console.log(`got: ${(error as Error).message}`);
      if (manner !== 'refuse') throw error;
    }
  }
}
