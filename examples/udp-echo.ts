// Echo by datagrams: each one goes back to whoever sent it. There are no connections, so one task serves all.
//
//   npm run example -- udp-echo [port]          port 8888 unless given, 0 for a free one
//   nc -u 127.0.0.1 8888                        then type lines
//
// Ctrl-C ends it, and tells how much it did.

import { InvalidArgumentError, openDatagram, OSError, run } from 'asyncio-ts';
import type { DatagramEndpoint } from 'asyncio-ts';

async function echo(endpoint: DatagramEndpoint): Promise<never> {
  for (;;) {
    const { data, address } = await endpoint.receive();
    try {
      await endpoint.send(data, address);
    } catch (error) {
      // What the system refuses concerns this answer alone.
      if (!(error instanceof OSError)) throw error;
      console.error(error.message);
    }
  }
}

const port = process.argv[2] ?? 8888;

await run(async () => {
  const endpoint = await openDatagram({ localAddr: ['127.0.0.1', port] });
  const [host, bound] = endpoint.sockname as [string, number];
  console.log(`udp echo on ${host}:${bound}`);
  try {
    await echo(endpoint); // Ctrl-C cancels it
  } finally {
    const { received, sent, dropped } = endpoint.statistics();
    endpoint.close();
    await endpoint.waitClosed();
    console.log(`${received} came, ${sent} went back, ${dropped} dropped`);
  }
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
