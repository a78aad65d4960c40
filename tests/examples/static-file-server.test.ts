// The static file server, with curl and with bytes that curl would not send.

import '../harness.ts';
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openConnection, run } from '../../src/asyncio.ts';
import { posix, startExample, stopExample } from './example.ts';
import type { Serving } from './example.ts';

const curlMissing = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed';
const exec = promisify(execFile);
const BIG = Buffer.alloc(5_000_000, 'a few words, again and again; ');

async function withServer(body: (serving: Serving, folder: string) => Promise<void>): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), 'asyncio-ts-'));
  const folder = join(base, 'public');
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<h1>hello</h1>\n');
  await writeFile(join(folder, 'a file.txt'), 'spaced\n');
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'big.bin'), BIG);
  await writeFile(join(base, 'secret'), 'not for you\n');
  await symlink(join(base, 'secret'), join(folder, 'way-out'));
  const program = startExample('static-file-server', ['0', folder]);
  await program.printed('\n');
  const [, host = '', port = ''] = /on ([\d.]+):(\d+)/.exec(program.output) ?? [];
  const serving = { program, interrupted: false, host, port: Number(port) };
  try {
    await body(serving, folder);
  } catch (error) {
    program.signal('SIGKILL');
    await program.ended;
    throw error;
  } finally {
    await rm(base, { recursive: true });
  }
  await stopExample(serving);
}

async function curl({ host, port }: Serving, path: string, ...options: string[]): Promise<Buffer> {
  const args = ['-s', '--path-as-is', ...options, `http://${host}:${port}${path}`];
  const { stdout } = await exec('curl', args, { encoding: 'buffer', maxBuffer: 2 ** 26 });
  return stdout;
}

/** What the server answers to these bytes, up to its end. */
function raw({ host, port }: Serving, bytes: string): Promise<string> {
  return run(
    async () => {
      const [reader, writer] = await openConnection(host, port);
      writer.write(Buffer.from(bytes));
      const all = await reader.read();
      writer.close();
      await writer.waitClosed();
      return String(all);
    },
    { handleSignals: false },
  );
}

test(
  'curl gets files whole: small, large, empty, from a folder',
  { skip: posix || curlMissing },
  async () => {
    await withServer(async (serving) => {
      assert.equal(String(await curl(serving, '/')), '<h1>hello</h1>\n');
      assert.equal(String(await curl(serving, '/a%20file.txt?x=1')), 'spaced\n');
      assert.equal(String(await curl(serving, '/empty')), '');
      assert.ok((await curl(serving, '/big.bin')).equals(BIG));
      const head = String(await curl(serving, '/', '-I'));
      assert.match(head, /^HTTP\/1\.1 200 OK\r\nContent-Type: text\/html/);
      assert.match(head, /Content-Length: 15\r\n/);
    });
  },
);

test(
  'curl gets ranges, and several files over one connection',
  { skip: posix || curlMissing },
  async () => {
    await withServer(async (serving) => {
      const range = (wanted: string): Promise<Buffer> => curl(serving, '/big.bin', '-r', wanted);
      assert.ok((await range('10-19')).equals(BIG.subarray(10, 20)));
      assert.ok((await range('4999990-')).equals(BIG.subarray(-10)));
      assert.ok((await range('-5')).equals(BIG.subarray(-5)));
      const partial = String(await curl(serving, '/', '-i', '-r', '1-2'));
      assert.match(
        partial,
        /^HTTP\/1\.1 206 Partial Content\r\n[^]*Content-Range: bytes 1-2\/15\r\n[^]*h1$/,
      );
      assert.match(String(await curl(serving, '/', '-i', '-r', '99-')), /^HTTP\/1\.1 416 /);
      const { host, port } = serving;
      const url = `http://${host}:${port}/`;
      const files = [url, url, `${url}big.bin`].flatMap((one) => ['-o', '/dev/null', one]);
      const { stderr } = await exec('curl', ['-sv', ...files]);
      assert.equal(stderr.match(/Connected to/g)?.length, 1);
      assert.equal(stderr.match(/^< HTTP\/1\.1 200/gm)?.length, 3);
    });
  },
);

test(
  'two requests at once are answered in turn, and HTTP/1.0 ends the connection',
  { skip: posix },
  async () => {
    await withServer(async (serving) => {
      const both = await raw(serving, 'HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n');
      assert.equal(both.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
      assert.match(both, /<h1>hello<\/h1>\n$/);
    });
  },
);

test('clients that vanish in the middle of a file are nothing to report', { skip: posix }, async () => {
  await withServer(async (serving) => {
    await run(
      async () => {
        for (let count = 0; count < 5; count++) {
          const [reader, writer] = await openConnection(serving.host, serving.port);
          writer.write(Buffer.from('GET /big.bin HTTP/1.1\r\n\r\n'));
          await reader.read(1000);
          writer.transport.abort();
          await writer.waitClosed();
        }
      },
      { handleSignals: false },
    );
    assert.match(await raw(serving, 'GET / HTTP/1.0\r\n\r\n'), /<h1>hello/);
  });
});
