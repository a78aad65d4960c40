// The contract of stream transports and of servers on each backend that is here, over TCP and over Unix sockets.

import '../../harness.ts';
import { runtime } from '../../../src/sys/host/host.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { onBackends } from '../onBackends.ts';
import { server } from './server.ts';
import { streamTransport } from './streamTransport.ts';

const { name: host } = runtime();
for (const carrier of ['tcp', 'unix'] as const) {
  for (const { name, run, skip } of [...streamTransport, ...server]) {
    onBackends(
      `stream contract, ${carrier}: ${name}`,
      (loop, backend) => run({ loop, backend, runtime: host, carrier, expectReport }),
      { skip: skip?.({ runtime: host, carrier }) ?? false },
    );
  }
}
