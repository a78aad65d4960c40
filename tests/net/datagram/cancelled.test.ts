// Endpoints and pipes that are given up while they are made: nothing stays open.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, sleep } from '../../../src/asyncio.ts';
import { isCancelled } from '../../../src/base/cancelled.ts';
import { createDatagramEndpoint } from '../../../src/net/datagram/createDatagramEndpoint.ts';
import { openDatagram } from '../../../src/net/datagram/openDatagram.ts';
import { connectReadPipe, connectWritePipe } from '../../../src/pipes/connectPipe.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';
import { closeFd, isOpen, openPipe } from '../pipes/pair.ts';
import { DatagramWitness } from './witness.ts';
import { arrivals } from '../arrivals.ts';

onBackends('an endpoint that is cancelled at any moment of its making leaves nothing', async (loop) => {
  for (let steps = 0; steps < 12; steps++) {
    const witness = new DatagramWitness();
    const making = createTask(() =>
      createDatagramEndpoint(loop, () => witness, { localAddr: ['localhost', 0], family: 4 }),
    );
    for (let step = 0; step < steps && !making.done(); step++) await sleep(0);
    if (!making.cancel()) {
      const [transport] = await making;
      transport.close();
    } else await assert.rejects(making, isCancelled);
    if (witness.calls.length > 0) await witness.loss();
  }
  // What a cancelled one had opened is closed an iteration later.
  await arrivals();
});

onBackends('openDatagram that is cancelled at any moment leaves nothing', async () => {
  for (let steps = 0; steps < 12; steps++) {
    const opening = createTask(() => openDatagram({ localAddr: ['127.0.0.1', 0] }));
    for (let step = 0; step < steps && !opening.done(); step++) await sleep(0);
    if (!opening.cancel()) await (await opening)[Symbol.asyncDispose]();
    else await assert.rejects(opening, isCancelled);
  }
  await arrivals();
});

onBackends(
  'pipes that are cancelled while they are connected are closed',
  async (loop) => {
    for (const connect of [connectReadPipe, connectWritePipe]) {
      for (let steps = 1; steps < 4; steps++) {
        const [read, write] = openPipe();
        const [ours, other] = connect === connectReadPipe ? [read, write] : [write, read];
        const witness = new DataWitness();
        const connecting = createTask(async () => (await connect(loop, () => witness, ours))[0]);
        for (let step = 0; step < steps && !connecting.done(); step++) await sleep(0);
        if (!connecting.cancel()) (await connecting).close();
        else await assert.rejects(connecting, isCancelled);
        await witness.loss();
        assert.equal(isOpen(ours), false);
        closeFd(other);
      }
    }
  },
  { only: 'selector' },
);
