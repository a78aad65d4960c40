// TLS together with what else connections can do: Unix sockets, files, handing over to the host, several loops.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe } from 'node:test';
import { openUnixConnection, startUnixServer, toNodeSocket } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { Echo, Recorder } from '../recorder.ts';
import { clientContext, serverContext } from './contexts.ts';
import { connect, pair, serve, shut } from './pair.ts';

const noUnix = process.platform === 'win32' && 'no Unix sockets';

function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-tls-'));
  return body(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
}

describe('TLS together with', () => {
  onBackends(
    'Unix sockets',
    async () => {
      await inFolder(async (folder) => {
        const path = join(folder, 'socket');
        const server = await startUnixServer(
          async (reader, writer) => {
            writer.write(await reader.readline());
            await writer.drain();
            writer.close();
            await writer.waitClosed();
          },
          path,
          { ssl: serverContext() },
        );
        const tls = { ssl: clientContext(), serverHostname: 'localhost' };
        const [reader, writer] = await openUnixConnection(path, tls);
        assert.equal(writer.getExtraInfo('peername'), path);
        writer.write(Buffer.from('by path\n'));
        assert.equal(String(await reader.read()), 'by path\n');
        writer.close();
        await writer.waitClosed();
        server.close();
        await server.waitClosed();
      });
    },
    { skip: noUnix },
  );

  onBackends('sendfile, which falls back to reading and writing', async (loop) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'file');
      const content = Buffer.alloc(700_000, 'file ');
      writeFileSync(path, content);
      const { server, client, peer, transport } = await pair(
        loop,
        () => new Recorder(),
        () => new Recorder(),
      );
      const file = await open(path);
      transport.write(Buffer.from('before '));
      assert.equal(await loop.sendfile(transport, file), content.length);
      transport.write(Buffer.from(' after'));
      await file.close();
      transport.close();
      await client.lost;
      await peer.lost;
      assert.ok(
        peer.received.equals(Buffer.concat([Buffer.from('before '), content, Buffer.from(' after')])),
      );
      await shut(server);
    });
  });

  onBackends('toNodeSocket: the host goes on with its TLS socket', async (loop) => {
    const [server, port] = await serve(loop, () => new Echo());
    const [transport] = await connect(loop, () => new Recorder(), port);
    const socket = await toNodeSocket(transport);
    socket.write('from the host');
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.equal(String(data), 'from the host');
    socket.end();
    await once(socket, 'close');
    await shut(server);
  });
});
