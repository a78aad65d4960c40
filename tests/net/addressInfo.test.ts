// getaddrinfo and getnameinfo: what Python answers is the measure, where python3 is installed.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  isCancelled,
  run,
  sleep,
} from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { AddressInfoError } from '../../src/base/osError.ts';
import { ensureResolved, getaddrinfo } from '../../src/net/address/addressInfo.ts';
import type { AddressInfoOptions } from '../../src/net/address/addressInfo.ts';
import { getnameinfo } from '../../src/net/address/nameInfo.ts';
import {
  AF_INET,
  AF_INET6,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} from '../../src/socket.ts';
import { onBackends } from './onBackends.ts';
import { output, programMissing } from './programs.ts';

/** Of a reserved domain: nobody knows it. */
const UNKNOWN = 'no-such-host.invalid';

type Query = [host: string | null, port: number | string | null, options: AddressInfoOptions];

const queries: Query[] = [
  ['127.0.0.1', 80, {}],
  ['127.0.0.1', null, {}],
  ['127.0.0.1', '', { type: SOCK_STREAM }],
  ['127.0.0.1', '80', { type: SOCK_STREAM }],
  ['127.0.0.1', 80, { type: SOCK_DGRAM }],
  ['127.0.0.1', 80, { type: SOCK_RAW }],
  ['127.0.0.1', 80, { proto: IPPROTO_TCP }],
  ['127.0.0.1', 80, { proto: IPPROTO_UDP }],
  ['127.0.0.1', 80, { type: SOCK_STREAM, proto: IPPROTO_UDP }],
  ['127.0.0.1', 'http', {}],
  ['127.0.0.1', 'domain', {}],
  ['127.0.0.1', 'http', { type: SOCK_DGRAM }],
  ['127.0.0.1', 'no-such-service', { type: SOCK_STREAM }],
  ['127.0.0.1', 'http', { type: SOCK_STREAM, flags: AI_NUMERICSERV }],
  ['127.0.0.1', 80, { type: SOCK_STREAM, family: AF_INET6 }],
  ['127.0.0.1', 80, { type: SOCK_STREAM, family: AF_INET6, flags: AI_V4MAPPED }],
  ['127.0.0.1', 80, { type: SOCK_STREAM, family: 77 }],
  ['127.0.0.1', 80, { flags: AI_CANONNAME }],
  ['::1', 80, { type: SOCK_STREAM }],
  ['::1', 80, { type: SOCK_STREAM, family: AF_INET }],
  ['2001:DB8::0:1', 80, { type: SOCK_STREAM }],
  ['::ffff:1.2.3.4', 80, { type: SOCK_STREAM }],
  ['fe80::1%lo', 80, { type: SOCK_STREAM }],
  ['fe80::1%nosuch', 80, { type: SOCK_STREAM }],
  [null, 80, {}],
  [null, 80, { type: SOCK_STREAM, flags: AI_PASSIVE }],
  [null, 80, { type: SOCK_STREAM, family: AF_INET, flags: AI_PASSIVE }],
  [null, 'http', { type: SOCK_STREAM }],
  ['', 80, { type: SOCK_STREAM }],
  ['localhost', 80, { type: SOCK_STREAM, family: AF_INET }],
  ['1.2.3', 80, { type: SOCK_STREAM }],
  [UNKNOWN, 80, { type: SOCK_STREAM, flags: AI_NUMERICHOST }],
];

const script = `
import json, socket, sys
def ask(host, port, options):
    try:
        return [[*info[:4], list(info[4])] for info in socket.getaddrinfo(host, port, **options)]
    except socket.gaierror:
        return 'error'
print(json.dumps([ask(*query) for query in json.load(sys.stdin)]))
`;

test(
  'getaddrinfo: answers are those of Python',
  { skip: programMissing('python3'), timeout: 60_000 },
  async () => {
    const python = JSON.parse(
      await output('python3', ['-c', script], JSON.stringify(queries)),
    ) as unknown[];
    const ours = await run(answers);
    for (const [index, query] of queries.entries())
      assert.deepEqual(ours[index], python[index], JSON.stringify(query));
  },
);

async function answers(): Promise<unknown[]> {
  const loop = getRunningLoop();
  const all: unknown[] = [];
  for (const [host, port, options] of queries) {
    try {
      all.push(await getaddrinfo(loop, host, port, options));
    } catch (error) {
      assert.ok(error instanceof AddressInfoError, String(error));
      all.push('error');
    }
  }
  return all;
}

const namesScript = `
import json, socket, sys
def ask(address, flags):
    try:
        return list(socket.getnameinfo(tuple(address), flags))
    except socket.gaierror:
        return 'error'
print(json.dumps([ask(*query) for query in json.load(sys.stdin)]))
`;

test(
  'getnameinfo: answers are those of Python',
  { skip: programMissing('python3'), timeout: 60_000 },
  async () => {
    const numeric = NI_NUMERICHOST | NI_NUMERICSERV;
    const asked: [readonly [string, number, ...number[]], number][] = [
      [['127.0.0.1', 80], 0],
      [['127.0.0.1', 80], NI_NUMERICHOST],
      [['127.0.0.1', 80], NI_NUMERICSERV],
      [['127.0.0.1', 80], numeric],
      [['127.0.0.1', 53], NI_DGRAM],
      [['127.0.0.1', 69], NI_DGRAM | NI_NUMERICHOST],
      [['127.0.0.1', 69], NI_NUMERICHOST],
      [['127.0.0.1', 1], NI_NUMERICHOST],
      [['::1', 80, 0, 0], numeric],
      [['not-numeric', 80], NI_NUMERICHOST],
    ];
    const python = JSON.parse(
      await output('python3', ['-c', namesScript], JSON.stringify(asked)),
    ) as unknown[];
    const ours = await run(async () => {
      const all: unknown[] = [];
      for (const [address, flags] of asked)
        all.push(
          await getnameinfo(getRunningLoop(), address as [string, number], flags).catch(() => 'error'),
        );
      return all;
    });
    for (const [index, query] of asked.entries())
      assert.deepEqual(ours[index], python[index], JSON.stringify(query));
  },
);

function rejectsWith(code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AddressInfoError, String(error));
    assert.equal(error.code, code);
    return true;
  };
}

onBackends('getaddrinfo: who is not known is an AddressInfoError with the name', async (loop) => {
  await assert.rejects(getaddrinfo(loop, UNKNOWN, 80), (error) => {
    assert.ok(error instanceof AddressInfoError);
    assert.match(error.code, /^(ENOTFOUND|EAI_AGAIN)$/);
    assert.equal(error.syscall, 'getaddrinfo');
    assert.equal(error.address, UNKNOWN);
    return true;
  });
  await assert.rejects(getaddrinfo(loop, '1.2.3.4', 'no-such'), rejectsWith('EAI_SERVICE'));
  await assert.rejects(getaddrinfo(loop, '1.2.3.4', 1, { family: 99 }), rejectsWith('EAI_FAMILY'));
  await assert.rejects(getaddrinfo(loop, '1.2.3.4', 1, { type: 99 }), rejectsWith('EAI_SOCKTYPE'));
  await assert.rejects(getaddrinfo(loop, '::1', 1, { family: AF_INET }), rejectsWith('EAI_ADDRFAMILY'));
  for (const port of [-1, 65_536, 1.5, Number.NaN, {}] as never[])
    await assert.rejects(getaddrinfo(loop, '1.2.3.4', port), InvalidArgumentError);
  await assert.rejects(getaddrinfo(loop, 7 as never, 1), InvalidArgumentError);
});

onBackends('getaddrinfo: cancelling abandons the look-up', async (loop) => {
  const task = createTask(() => getaddrinfo(loop, 'localhost', 80));
  await sleep(0);
  task.cancel();
  await assert.rejects(task, isCancelled);
  // The answer comes later, to nobody.
  assert.ok((await getaddrinfo(loop, 'localhost', 80)).length > 0);
});

onBackends('getnameinfo: cancelling abandons the look-up', async (loop) => {
  const task = createTask(() => getnameinfo(loop, ['127.0.0.1', 80]));
  await sleep(0);
  task.cancel();
  await assert.rejects(task, isCancelled);
});

onBackends(
  'getnameinfo: a host without a name is its number, or with NI_NAMEREQD an error',
  async (loop) => {
    // Of a range for documentation: nobody has it.
    assert.equal((await getnameinfo(loop, ['203.0.113.77', 80]))[0], '203.0.113.77');
    await assert.rejects(getnameinfo(loop, ['203.0.113.77', 80], NI_NAMEREQD), AddressInfoError);
    for (const address of ['1.2.3.4', ['1.2.3.4'], ['1.2.3.4', '80'], ['1.2.3.4', 70_000]] as never[])
      await assert.rejects(getnameinfo(loop, address), InvalidArgumentError);
  },
);

onBackends('ensureResolved: what is numeric is not looked up', async (loop: EventLoop) => {
  const stream = { type: SOCK_STREAM };
  const resolved = ensureResolved(loop, ['::1', 80, 3, 4], stream);
  assert.deepEqual(await resolved, [[AF_INET6, SOCK_STREAM, IPPROTO_TCP, '', ['::1', 80, 3, 4]]]);
  const [first] = await ensureResolved(loop, ['localhost', 80], { ...stream, family: AF_INET });
  assert.deepEqual(first, [AF_INET, SOCK_STREAM, IPPROTO_TCP, '', ['127.0.0.1', 80]]);
});
