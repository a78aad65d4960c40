// nc and curl as the other side.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  interruptible,
  openConnection,
  openUnixConnection,
  sleep,
  startServer,
  startUnixServer,
} from '../../../src/asyncio.ts';
import type { Stream, StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { ConnectionRefusedError, FileNotFoundError } from '../../../src/base/osError.ts';
import { onBackends } from '../onBackends.ts';
import { output, programMissing } from '../programs.ts';
import { withSocketPath } from '../socketPath.ts';

const noNc = programMissing('nc');
const text = Array.from({ length: 2000 }, (_, index) => `line ${index}\n`).join('');

async function shout(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for await (const line of reader) {
    writer.write(Buffer.from(line.toString().toUpperCase()));
    await writer.drain();
  }
  writer.close();
}

onBackends(
  'nc as client: every line comes back, and the end of one side ends the other',
  async () => {
    const server = await startServer(shout, '127.0.0.1', 0);
    const port = String(server.sockets[0]?.getsockname()[1]);
    const answer = await interruptible(output('nc', ['-N', '127.0.0.1', port], text));
    assert.equal(answer, text.toUpperCase());
    await server.shutdown();
  },
  { skip: noNc },
);

onBackends(
  'nc as client over a Unix socket',
  () =>
    withSocketPath(async (path) => {
      const server = await startUnixServer(shout, path);
      assert.equal(await interruptible(output('nc', ['-N', '-U', path], text)), text.toUpperCase());
      await server.shutdown();
    }),
  { skip: noNc },
);

/** Tries until `nc` listens. */
async function untilThere(dial: () => Promise<Stream>): Promise<Stream> {
  for (;;) {
    try {
      return await dial();
    } catch (error) {
      if (!(error instanceof ConnectionRefusedError || error instanceof FileNotFoundError)) throw error;
      await sleep(5);
    }
  }
}

/** Has a listening `nc` for one connection: sends it text, reads its own, and lets it end. */
async function talkToNc(nc: ChildProcess, dial: () => Promise<Stream>): Promise<void> {
  const heard: Buffer[] = [];
  nc.stdout?.on('data', (piece: Buffer) => heard.push(piece));
  const gone = once(nc, 'close');
  const [reader, writer] = await untilThere(dial);
  nc.stdin?.end('from nc\n');
  writer.write(Buffer.from(text));
  await writer.drain();
  assert.equal((await reader.readline()).toString(), 'from nc\n');
  writer.writeEof();
  assert.equal((await reader.read()).length, 0);
  writer.close();
  await writer.waitClosed();
  await interruptible(gone);
  assert.equal(Buffer.concat(heard).toString(), text);
}

onBackends(
  'nc as server: both sides hear everything',
  async () => {
    const probe = await startServer(shout, '127.0.0.1', 0);
    const port = Number(probe.sockets[0]?.getsockname()[1]);
    await probe.shutdown();
    const nc = spawn('nc', ['-N', '-l', '127.0.0.1', String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    await talkToNc(nc, () => openConnection('127.0.0.1', port));
  },
  { skip: noNc },
);

onBackends(
  'nc as server over a Unix socket',
  () =>
    withSocketPath(async (path) => {
      const nc = spawn('nc', ['-N', '-lU', path], { stdio: ['pipe', 'pipe', 'inherit'] });
      await talkToNc(nc, () => openUnixConnection(path));
    }),
  { skip: noNc },
);

/** As little of HTTP as curl needs: one answer after the other on a connection that is kept. */
async function answerHttp(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for (;;) {
    const [method, target] = (await reader.readline()).toString().split(' ');
    if (!method) break;
    let length = 0;
    for (;;) {
      const header = (await reader.readline()).toString().trim();
      if (header === '') break;
      const [name, value] = header.split(': ');
      if (name?.toLowerCase() === 'content-length') length = Number(value);
    }
    const body = Buffer.concat([Buffer.from(`${method} ${target} `), await reader.readExactly(length)]);
    writer.write(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`));
    writer.write(body);
    await writer.drain();
  }
  writer.close();
}

onBackends(
  'curl gets an answer that is written by hand, several over one connection',
  async () => {
    let connections = 0;
    const server = await startServer(
      (reader, writer) => {
        connections++;
        return answerHttp(reader, writer);
      },
      '127.0.0.1',
      0,
    );
    const base = `http://127.0.0.1:${server.sockets[0]?.getsockname()[1]}`;
    const curl = (...args: string[]): Promise<string> =>
      interruptible(output('curl', ['--silent', '--max-time', '10', '--noproxy', '*', ...args]));
    assert.equal(await curl(`${base}/one`), 'GET /one ');
    assert.equal(connections, 1);
    assert.equal(await curl(`${base}/[1-5]`), 'GET /1 GET /2 GET /3 GET /4 GET /5 ');
    assert.equal(connections, 2);
    const big = 'x'.repeat(200_000);
    assert.equal(
      await interruptible(
        output(
          'curl',
          ['--silent', '--noproxy', '*', '-H', 'Expect:', '--data-binary', '@-', `${base}/post`],
          big,
        ),
      ),
      `POST /post ${big}`,
    );
    await server.shutdown();
  },
  { skip: programMissing('curl') },
);
