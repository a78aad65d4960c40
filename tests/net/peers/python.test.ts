// Python's asyncio as the other side, a thousand connections at once, both ways: no byte lost, memory flat.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { interruptible, openConnection, startServer, taskGroup } from '../../../src/asyncio.ts';
import type { Stream, StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { Random } from '../../../src/testing/random.ts';
import { onBackends } from '../onBackends.ts';
import { output, programMissing, startServing } from '../programs.ts';

const COUNT = 1000;
const ROUNDS = 4;
const skip = programMissing('python3');
const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

async function echo(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for (;;) {
    const line = await reader.readline();
    if (line.length === 0) break;
    writer.write(await reader.readExactly(Number(line.toString())));
    await writer.drain();
  }
  writer.close();
}

/** Kilobytes in use, where the collector can be called. */
function heap(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  return gc === undefined ? 0 : process.memoryUsage().heapUsed / 1024;
}

onBackends(
  'a thousand clients of Python’s asyncio get back every byte, and memory stays flat',
  async () => {
    const server = await startServer(echo, '127.0.0.1', 0, { backlog: 4096 });
    const port = String(server.sockets[0]?.getsockname()[1]);
    const after: number[] = [];
    for (let run = 0; run < 3; run++) {
      const printed = await interruptible(
        output('python3', [program('crowd.py'), port, String(COUNT), String(ROUNDS)]),
      );
      assert.match(printed, new RegExp(`^${COUNT} connections, \\d{7,} bytes\n$`));
      after.push(heap());
    }
    const grown = (after[2] as number) - (after[1] as number);
    assert.ok(grown < 2048, `the heap grew by ${grown} KB`);
    await server.shutdown();
  },
  { skip, timeout: 60_000 },
);

onBackends(
  'a thousand connections to a server of Python’s asyncio get back every byte',
  async () => {
    const python = await startServing('python3', [program('echo.py')]);
    try {
      const streams: Stream[] = [];
      await taskGroup(async (group) => {
        for (let index = 0; index < COUNT; index++) {
          group.startSoon(async () => void streams.push(await openConnection('127.0.0.1', python.port)));
        }
      });
      let total = 0;
      await taskGroup(async (group) => {
        for (const [seed, stream] of streams.entries()) {
          group.startSoon(async () => {
            const bytes = await talk(new Random(seed), stream);
            total += bytes;
          });
        }
      });
      assert.ok(total > COUNT * ROUNDS * 1000);
    } finally {
      await python.stop();
    }
  },
  { skip, timeout: 60_000 },
);

async function talk(random: Random, [reader, writer]: Stream): Promise<number> {
  let total = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const data = Buffer.alloc([0, 1, 100, 1000, 10_000, 70_000][random.int(6)] as number);
    for (let at = 0; at < data.length; at++) data[at] = random.int(256);
    writer.write(Buffer.from(`${data.length}\n`));
    writer.write(data);
    await writer.drain();
    assert.ok(data.equals(await reader.readExactly(data.length)));
    total += data.length;
  }
  writer.close();
  await writer.waitClosed();
  return total;
}
