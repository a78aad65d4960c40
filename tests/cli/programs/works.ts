// Says how it was run.

import process from 'node:process';
import { currentTask, getRunningLoop, sleep } from 'asyncio-ts';

export async function main(args: string[]): Promise<void> {
  await sleep(1);
  console.log(
    JSON.stringify({
      args,
      argv: process.argv.slice(2),
      file: process.argv[1]?.endsWith('works.ts'),
      debug: getRunningLoop().getDebug(),
      task: currentTask()?.getName(),
    }),
  );
}
