// Closes a loop in the middle of a relay with bytes in the kernel's pipe, and says how many descriptors are open
// before and after, and what the relay's writer had waiting.

import { readdirSync } from 'node:fs';
import { createTask, newEventLoop, relay, sleep } from '../../../../src/asyncio.ts';
import { content, withChain } from '../chain.ts';

const open = (): number => readdirSync('/proc/self/fd').length;

/** Opens what stays open: the FFI, the host's own. */
async function once(until: 'end' | 'middle'): Promise<number> {
  const loop = newEventLoop({ backend: 'selector' });
  const seen = loop.createFuture<number>();
  const body = async (): Promise<void> => {
    await withChain(
      'TCP',
      'TCP',
      async ({ source, left, right, sink }) => {
        const relaying = createTask(() => relay(left[0], right[1]));
        source[1].write(content(20_000_000));
        source[1].writeEof();
        while (right[1].transport.getWriteBufferSize() === 0) await sleep(1);
        if (until === 'middle') {
          seen.setResult(right[1].transport.getWriteBufferSize());
          await new Promise(() => {});
        }
        await sink[0].read();
        await relaying;
      },
      true,
    );
    seen.setResult(0);
  };
  void loop.createTask(body);
  const waiting = await loop.runUntilComplete(seen);
  loop.close();
  return waiting;
}

await once('end');
const before = open();
const waiting = await once('middle');
console.log(JSON.stringify({ before, after: open(), waiting: waiting > 0 }));
process.exit(0);
