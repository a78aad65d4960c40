// A program that hangs: a transfer and an audit take the same two locks, each in an order of its own. `run` finds that
// nothing can wake them, and says who waits for whom.

import { Lock, run, sleep, taskGroup } from '../../src/asyncio.ts';

const accounts = new Lock({ name: 'accounts' });
const journal = new Lock({ name: 'journal' });

async function transfer(): Promise<void> {
  using _ = await accounts.acquire();
  await sleep(10);
  using __ = await journal.acquire();
}

async function audit(): Promise<void> {
  using _ = await journal.acquire();
  await sleep(10);
  using __ = await accounts.acquire();
}

try {
  await run(() =>
    taskGroup(async (group) => {
      group.startSoon(transfer, { name: 'transfer' });
      group.startSoon(audit, { name: 'audit' });
    }),
  );
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
}
