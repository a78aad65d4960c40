// The port scanner, on ports of loopback that this test opens itself.

import '../harness.ts';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { test } from 'node:test';
import { posix, startExample } from './example.ts';

function listen(): Promise<[Server, number]> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => {}));
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve([server, (server.address() as AddressInfo).port]));
  });
}

test('it finds the open port among closed ones', async () => {
  const [server, port] = await listen();
  const [other, closed] = await listen();
  await new Promise((resolve) => other.close(resolve));
  const args = ['--ports', `${port},${closed}`];
  const { code, stdout, stderr } = await startExample('port-scanner', args).ended;
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(
    stdout,
    new RegExp(
      `^scanning .*\nopen ${port}\n2 of 2 ports of 127.0.0.1 in .* s: 1 open, 1 closed, 0 silent\n$`,
    ),
  );
});

test('twenty thousand ports in one go, sixty-four descriptors at a time', async () => {
  const [server, port] = await listen();
  const { code, stdout, stderr } = await startExample('port-scanner', [
    'localhost',
    `--ports=1-20000,${port}`,
    '--at-once=64',
  ]).ended;
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual([code, stderr], [0, '']);
  assert.ok(stdout.includes(`open ${port}\n`), stdout);
  assert.match(stdout, /2000[01] of 2000[01] ports of localhost/);
});

test('Ctrl-C tells what was found', { skip: posix }, async () => {
  const program = startExample('port-scanner', ['127.9.9.9', '--ports=1-65535', '--at-once=1'], {
    ASYNCIO_BACKEND: 'host',
  });
  await program.printed('ports of 127.9.9.9');
  program.signal('SIGINT');
  const { code, stdout, stderr } = await program.ended;
  assert.deepEqual([code, stderr], [130, '']);
  assert.match(
    stdout,
    /^scanning 65535 ports of 127\.9\.9\.9, 1 at once\nstopped\n(open \d+\n)*\d+ of 65535 ports of 127\.9\.9\.9/,
  );
});

test('other machines, and nonsense, are refused in one sentence', async () => {
  const wrong: [string[], RegExp][] = [
    [['192.0.2.1'], /^port-scanner: 192\.0\.2\.1 is another machine: say --any-host/],
    [['example.org'], /another machine/],
    [['127.example.org'], /another machine/],
    [['--ports', '0'], /--ports takes numbers/],
    [['--ports', '9-3'], /--ports takes numbers/],
    [['--at-once', 'many'], /--at-once is 1 or more/],
  ];
  for (const [args, sentence] of wrong) {
    const { code, stdout, stderr } = await startExample('port-scanner', args).ended;
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, sentence);
  }
});
