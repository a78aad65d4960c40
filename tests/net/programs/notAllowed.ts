// Says what becomes of each way into the network: the name of its error, or nothing.

import {
  getRunningLoop,
  openConnection,
  openDatagram,
  openUnixConnection,
  OSError,
  run,
  startServer,
  startUnixServer,
} from '../../../src/asyncio.ts';

const path = process.argv[2] as string;
const ways: Record<string, () => Promise<unknown>> = {
  startServer: () => startServer(async () => {}, '127.0.0.1', 0),
  'startServer, IPv6': () => startServer(async () => {}, '::1', 0),
  'createServer on several': () => getRunningLoop().createServer(() => ({}), ['127.0.0.1', '127.0.0.2'], 0),
  openConnection: () => openConnection('127.0.0.1', 9),
  openDatagram: () => openDatagram({ localAddr: ['127.0.0.1', 0] }),
  'openDatagram, connected': () => openDatagram({ remoteAddr: ['127.0.0.1', 9] }),
  startUnixServer: () => startUnixServer(async () => {}, path),
  openUnixConnection: () => openUnixConnection(path),
};

await run(async () => {
  for (const [name, way] of Object.entries(ways)) {
    const error = await way().catch((reason: unknown) => reason);
    console.log(`${name}: ${error instanceof OSError ? `${error.name} ${error.code}` : String(error)}`);
  }
});
