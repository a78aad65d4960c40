// What asyncio's test_base_events asks of hosts and ports that need no look-up, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { InvalidArgumentError } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { AddressInfoError } from '../../../src/base/osError.ts';
import { lookUp } from '../../../src/net/address/resolveHost.ts';
import type { LookupOptions } from '../../../src/net/address/resolveHost.ts';
import { selectorMissing } from '../../net/backends.ts';
import { onBackends } from '../../net/onBackends.ts';
import { failsWith } from '../../outcome.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

/** Looks up, and fails when that asks a resolver. */
async function direct(
  loop: EventLoop,
  host: string,
  port: number | string | null,
  options?: LookupOptions,
): Promise<unknown> {
  const own = loop as { getaddrinfo?: unknown };
  own.getaddrinfo = async () => assert.fail('asked the resolver');
  try {
    return await lookUp(loop, host, port, options);
  } finally {
    delete own.getaddrinfo;
  }
}

// asyncio: BaseEventTests.test_ipaddr_info
onBackends('a numeric host is its own address', async (loop) => {
  assert.deepEqual(await direct(loop, '1.2.3.4', 1), [{ family: 4, address: ['1.2.3.4', 1] }]);
  assert.deepEqual(await direct(loop, '1.2.3.4', 1, { family: 4 }), [
    { family: 4, address: ['1.2.3.4', 1] },
  ]);
  assert.deepEqual(await direct(loop, '::3', 1), [{ family: 6, address: ['::3', 1, 0, 0] }]);
  assert.deepEqual(await direct(loop, '::3', 1, { family: 10 }), [
    { family: 6, address: ['::3', 1, 0, 0] },
  ]);
});

onBackends('a numeric host of the other family has no address', async (loop) => {
  await assert.rejects(lookUp(loop, '1.2.3.4', 1, { family: 6 }), AddressInfoError);
  await assert.rejects(lookUp(loop, '::3', 1, { family: 4 }), AddressInfoError);
});

// asyncio: BaseEventTests.test_port_parameter_types
onBackends('a port may be a number, digits, or nothing', async (loop) => {
  for (const [given, port] of [
    [null, 0],
    ['', 0],
    ['1', 1],
    [65_535, 65_535],
  ] as const) {
    assert.deepEqual(await direct(loop, '1.2.3.4', given), [{ family: 4, address: ['1.2.3.4', port] }]);
  }
  for (const wrong of [-1, 65_536, 1.5, Number.NaN, '65536', {}, true]) {
    await assert.rejects(lookUp(loop, '1.2.3.4', wrong as number), badArgument);
  }
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_ipv6_scope
onBackends(
  'a zone in an IPv6 host becomes its scope id',
  async (loop) => {
    assert.deepEqual(await lookUp(loop, 'fe80::1%1', 80), [{ family: 6, address: ['fe80::1', 80, 0, 1] }]);
  },
  { skip: selectorMissing },
);

onBackends('no host is every interface for a listener, this machine for a connection', async (loop) => {
  const hosts = async (options: LookupOptions): Promise<unknown[]> =>
    (await lookUp(loop, null, 80, options)).map(({ address }) => address[0]);
  assert.deepEqual(await hosts({ passive: true }), ['0.0.0.0', '::']);
  assert.deepEqual(await hosts({ passive: true, family: 6 }), ['::']);
  assert.deepEqual(await hosts({}), ['::1', '127.0.0.1']);
  assert.deepEqual(await hosts({ family: 4 }), ['127.0.0.1']);
});
