import { openConnection, run, SSLContext, startServer } from '../../../src/asyncio.ts';

const [certfile, keyfile] = process.argv.slice(2) as [string, string];
const ssl = new SSLContext('server');
ssl.loadCertChain({ certfile, keyfile });

await run(async () => {
  const server = await startServer(() => {}, '127.0.0.1', 0, { ssl });
  await openConnection('localhost', server.port, { ssl: true, family: 4 });
});
