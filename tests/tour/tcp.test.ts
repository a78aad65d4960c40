// The TCP part of the tour: the real program with its server and clients, what stops it, and what it says where the
// system has no room for it.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { openConnection, run } from '../../src/asyncio.ts';
import { checkOpenFiles } from '../../tour/tcp/openFiles.ts';
import { host, listen } from '../../tour/tcp/priceServer.ts';
import { backends } from '../net/backends.ts';
import { newFolder, runTour } from './folders.ts';

const posix = process.platform !== 'win32';

/** Only this part, with a database of its own. */
function only(...more: string[]): string[] {
  return ['--only=tcp', '--speed=10', '--db', join(newFolder(), 'x.sqlite'), ...more];
}

for (const backend of backends) {
  test(`three hundred clients get the same answers in turn and at once (${backend})`, async () => {
    const args = only('--clients=300', '--details');
    const { code, stdout, stderr } = await runTour(args, { env: { ASYNCIO_BACKEND: backend } });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^tcp: 300 clients of a TCP server +[\d.]+ s +[\d.]+ m?s +[\d.]+ × /m);
    assert.match(stdout, /All 1,200 answers were the same in both passes and what the database has\./);
    assert.match(stdout, new RegExp(`Sockets of the ${backend} backend: ASYNCIO_BACKEND asks for it\\.`));
    for (const way of ['in turn', 'at once']) {
      assert.match(stderr, new RegExp(`^tcp ${way}: 1,200 answers in .*, 300 clients$`, 'm'));
    }
    assert.doesNotMatch(stdout + stderr, /NaN|Infinity|Error/);
  });
}

test('after a crawl the answers are what was crawled, and errors where a page was not had', async () => {
  const args = ['--only=crawl,tcp', '--speed=20', '--db', join(newFolder(), 'x.sqlite'), '--details'];
  const { code, stdout, stderr } = await runTour(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /All 200 answers were the same in both passes and what the database has\./);
});

test('the server outlives bad clients', async () => {
  await run(async () => {
    const server = await listen(0, 5);
    await server.open((product) => (product === '7' ? 'a lamp' : 'error no such product'));
    const ask = async (line: string): Promise<string> => {
      const [reader, writer] = await openConnection(host, server.port);
      writer.write(Buffer.from(line));
      writer.writeEof();
      const answer = await reader.read();
      writer.close();
      await writer.waitClosed();
      return answer.toString();
    };
    assert.equal(await ask('7\n'), 'a lamp\n');
    assert.equal(await ask('../../etc/passwd\n'), 'error no such product\n');
    assert.equal(await ask(`${'x'.repeat(5000)}`), '');
    assert.equal(await ask('7\n7\n'), 'a lamp\na lamp\n');
    await server.shutdown();
  });
});

test('a port that is taken: one sentence at once, exit code 2', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const backend of backends) {
    const { code, stdout, stderr } = await runTour(only(`--port=${port}`), {
      env: { ASYNCIO_BACKEND: backend },
    });
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(
      stderr,
      `tour: port ${port} of 127.0.0.1 is taken by another program: ` +
        'take another (--port), or any that is free.\n',
    );
  }
  await new Promise((resolve) => server.close(resolve));
});

test('a port that needs permission: one sentence, exit code 2', { skip: !posix }, async (t) => {
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  if (firstFreePort() <= 1 || (nobody !== undefined && !othersMayRun()))
    return t.skip('every port is free');
  const place = newFolder();
  chmodSync(place, 0o777);
  const args = ['--only=tcp', '--db', join(place, 'x.sqlite'), '--port=1'];
  const { code, stderr } = await runTour(args, nobody === undefined ? {} : { uid: nobody });
  assert.equal(code, 2, stderr);
  assert.equal(stderr, 'tour: no permission to listen on port 1 of 127.0.0.1: take one from 1024 on.\n');
});

test('a backend that is none: one sentence, exit code 2', async () => {
  const { code, stdout, stderr } = await runTour(only(), { env: { ASYNCIO_BACKEND: 'epoll' } });
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^tour: ASYNCIO_BACKEND must be 'selector' or 'host', not "epoll"\.\n$/);
});

test('too few descriptors: said before the work, exit code 2', { skip: !posix }, async () => {
  const { code, stdout, stderr } = await runTour(only('--clients=500'), { shell: 'ulimit -n 100' });
  assert.deepEqual([code, stdout], [2, ''], stderr);
  assert.match(stderr, /^tour: 500 clients and their server need .*open files.*\(ulimit -n \d+\).*\.\n$/);
  assert.equal(stderr.split('\n').length, 2);
  const enough = await runTour(only('--clients=5', '--limit=8'), { shell: 'ulimit -n 100' });
  assert.equal(enough.code, 0, enough.stderr);
});

test('the sentence names what is needed and what there is, where the system tells', () => {
  checkOpenFiles({ clients: 500, limit: 32 }, 1092);
  checkOpenFiles({ clients: 500, limit: 32 }, undefined);
  assert.throws(
    () => checkOpenFiles({ clients: 500, limit: 32 }, 64),
    /^UserError: 500 clients and their server need 1,092 open files, and this process may have only 64: raise/,
  );
});

function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}

/** Whether users other than root can start this project's program. */
function othersMayRun(): boolean {
  try {
    execFileSync(process.execPath, ['--eval', ''], { uid: 65_534, gid: 65_534, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
