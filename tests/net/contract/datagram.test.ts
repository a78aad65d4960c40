// The contract of datagram transports on each backend that is here.

import '../../harness.ts';
import { runtime } from '../../../src/sys/host/host.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { onBackends } from '../onBackends.ts';
import { datagramTransport } from './datagram.ts';

const { name: host } = runtime();
for (const { name, run, skip } of datagramTransport) {
  onBackends(
    `datagram contract: ${name}`,
    (loop, backend) => run({ loop, backend, runtime: host, carrier: 'tcp', expectReport }),
    { skip: skip?.({ runtime: host, carrier: 'tcp' }) ?? false },
  );
}
