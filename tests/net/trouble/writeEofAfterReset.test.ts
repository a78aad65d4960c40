// The end of our data, said to a peer that is gone already.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { ConnectionError, sleep } from '../../../src/asyncio.ts';
import { links } from '../fuzz/links.ts';
import { onBackends } from '../onBackends.ts';

onBackends(
  'writeEof on a connection that the peer has reset: the reads throw a ConnectionError',
  async () => {
    await links['TCP']!([65_536, 65_536], async ([, peer], [reader, writer]) => {
      // What the peer has not read when it goes makes its end a reset; we do not look meanwhile.
      peer.transport.pauseReading();
      writer.transport.pauseReading();
      await sleep(0);
      writer.write(Buffer.from('never read'));
      peer.transport.abort();
      for (let turns = 0; turns < 5; turns += 1) await sleep(0);
      writer.writeEof();
      writer.transport.resumeReading();
      await assert.rejects(reader.read(), ConnectionError);
      await assert.rejects(writer.waitClosed(), ConnectionError);
    });
  },
);
