// What a worker does when it is asked to stop: shutdown({ drain: true }) of a server.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, sleep } from '../../../src/asyncio.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { connect } from '../client.ts';
import { onEngines } from '../engines.ts';

onEngines(
  'HttpServer.shutdown drain: idle connections have one more response, the last',
  async (serveHere) => {
    await using server = await serveHere(() => new Response('here'));
    await using used = await connect(server.port);
    used.get('/');
    await used.response();
    const ending = createTask(() => server.shutdown({ drain: true, graceTime: 20_000 }));
    await sleep(1);
    if (!onBun && !onDeno) {
      used.get('/again');
      const { status, headers } = await used.response();
      assert.deepEqual([status, headers.get('connection')], [200, 'close']);
    }
    assert.ok(await used.ended());
    await ending;
  },
);
