// sendfile: reading rests while a file is on its way, whatever the program pauses and resumes meanwhile, and what the
// program asked for holds behind it.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, sleep } from '../../../src/asyncio.ts';
import { links } from '../fuzz/links.ts';
import { onBackends } from '../onBackends.ts';
import { LARGE, withFile } from './files.ts';

for (const kind of ['TCP', 'TLS']) {
  onBackends(
    `sendfile: what comes meanwhile is read behind it, though the program resumes reading, ${kind}`,
    (loop) =>
      withFile(LARGE, (file) =>
        links[kind]!([65_536, 65_536], async ([reader, writer], [peer, peerWriter]) => {
          const { transport } = writer;
          let sent = 0;
          const sending = createTask(() =>
            loop.sendfile(transport, file, { onProgress: (count) => (sent = count) }),
          );
          while (sent === 0) await sleep(1);
          transport.pauseReading();
          transport.resumeReading();
          peerWriter.write(Buffer.from('meanwhile'));
          await sleep(10);
          assert.equal(transport.isReading(), false);
          assert.ok((await peer.readExactly(LARGE.length)).equals(LARGE));
          assert.equal(await sending, LARGE.length);
          assert.equal(transport.isReading(), true);
          assert.equal(String(await reader.readExactly(9)), 'meanwhile');
          for (const one of [writer, peerWriter]) one.transport.abort();
        }),
      ),
  );

  onBackends(
    `sendfile: a pause of the program's stands behind it, ${kind}`,
    (loop) =>
      withFile(LARGE, (file) =>
        links[kind]!([65_536, 65_536], async ([reader, writer], [peer, peerWriter]) => {
          const { transport } = writer;
          let sent = 0;
          const sending = createTask(() =>
            loop.sendfile(transport, file, { onProgress: (count) => (sent = count) }),
          );
          while (sent === 0) await sleep(1);
          transport.pauseReading();
          await peer.readExactly(LARGE.length);
          await sending;
          peerWriter.write(Buffer.from('later'));
          await sleep(5);
          assert.equal(transport.isReading(), false);
          transport.resumeReading();
          assert.equal(String(await reader.readExactly(5)), 'later');
          for (const one of [writer, peerWriter]) one.transport.abort();
        }),
      ),
    { timeout: 60_000 },
  );
}
