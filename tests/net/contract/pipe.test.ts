// The contract of stream transports over pipes, on each backend that is here: the cases in which one end only writes
// and the other only reads.

import '../../harness.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import type { BackendBody } from '../onBackends.ts';
import { streamTransport } from './streamTransport.ts';

const noPipes = (onBun || onDeno) && 'this host reads descriptors by threads';
for (const { name, run, oneWay } of streamTransport) {
  if (oneWay === undefined) continue;
  const body: BackendBody = (loop, backend) =>
    run({ loop, backend, runtime: 'node', carrier: 'pipe', expectReport });
  const title = `stream contract, pipe: ${name}`;
  onBackends(title, body, { only: 'selector' });
  onBackends(title, body, { only: 'host', skip: noPipes || (typeof oneWay === 'string' && oneWay) });
}
