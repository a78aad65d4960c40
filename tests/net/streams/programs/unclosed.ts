// A program that drops a writer without closing it, in debug mode, and says what became of it. See
// unclosed.test.ts.

import { newEventLoop, openConnection, sleep, startServer } from '../../../../src/asyncio.ts';
import { setReporter } from '../../../../src/sys/host/report.ts';

const host = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
const reports: string[] = [];
setReporter((severity, text) => reports.push(`${severity}: ${text}`));

const loop = newEventLoop({ debug: true });
await loop.runUntilComplete(async () => {
  let dropped = 0;
  const server = await startServer(() => void dropped++, '127.0.0.1', 0);
  const [, port] = server.sockets[0]!.getsockname() as [string, number];
  const [reader] = await openConnection('127.0.0.1', port);
  for (let i = 0; i < 1000 && (dropped === 0 || server.connections > 0); i++) {
    await sleep(5);
    if (host.Bun !== undefined) host.Bun.gc(true);
    else host.gc?.();
  }
  console.log(server.connections, (await reader.read()).length, reader.atEof());
  await server.shutdown();
});
loop.close();
console.log(reports.filter((text) => text.includes('unclosed StreamWriter')).length > 0);
