// test_base_events.py, the parts about addresses: _ipaddr_info, types of ports, getnameinfo.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numericAddressInfo } from '../../../src/net/address/numericAddress.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
} from '../../../src/socket.ts';
import { onBackends } from '../../net/onBackends.ts';
import { onSelector } from '../../net/onSelector.ts';

const info = (
  host: unknown,
  port: unknown,
  family: number,
  type: number,
  proto: number,
): ReturnType<typeof numericAddressInfo> => numericAddressInfo(host, port, { family, type, proto });

const four = [AF_INET, SOCK_STREAM, IPPROTO_TCP, '', ['1.2.3.4', 1]];
const six = [AF_INET6, SOCK_STREAM, IPPROTO_TCP, '', ['::3', 1, 0, 0]];
const datagram = [AF_INET, SOCK_DGRAM, IPPROTO_UDP, '', ['1.2.3.4', 1]];

test('a numeric address is answered without a look-up, where type or protocol say enough', () => {
  assert.deepEqual(info('1.2.3.4', 1, AF_INET, SOCK_STREAM, IPPROTO_TCP), four);
  assert.deepEqual(info('1.2.3.4', 1, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP), four);
  assert.deepEqual(info('1.2.3.4', 1, AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP), datagram);
  assert.deepEqual(info('1.2.3.4', 1, AF_UNSPEC, SOCK_STREAM, 0), four, 'a stream is TCP');
  assert.deepEqual(info('1.2.3.4', 1, AF_UNSPEC, SOCK_DGRAM, 0), datagram, 'a datagram is UDP');
  assert.equal(info('1.2.3.4', 1, AF_UNSPEC, 0, 0), undefined, 'no type');
  assert.equal(info('1.2.3.4', 1, AF_UNSPEC, SOCK_STREAM, 41), undefined, 'another protocol');
  assert.deepEqual(info('::3', 1, AF_INET6, SOCK_STREAM, IPPROTO_TCP), six);
  assert.deepEqual(info('::3', 1, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP), six);
});

test('an address of another family, a zone or a name needs a look-up', () => {
  assert.equal(info('1.2.3.4', 1, AF_INET6, SOCK_STREAM, IPPROTO_TCP), undefined);
  assert.equal(info('::3', 1, AF_INET, SOCK_STREAM, IPPROTO_TCP), undefined);
  assert.equal(info('::3%lo0', 1, AF_INET6, SOCK_STREAM, IPPROTO_TCP), undefined);
  assert.equal(info('localhost', 1, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP), undefined);
  assert.equal(info(null, 1, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP), undefined);
});

test('a port may be missing, or a number as text; the name of a service needs a look-up', () => {
  const address = (port: unknown): unknown => info('1.2.3.4', port, AF_INET, SOCK_STREAM, IPPROTO_TCP)?.[4];
  assert.deepEqual(address(null), ['1.2.3.4', 0]);
  assert.deepEqual(address(undefined), ['1.2.3.4', 0]);
  assert.deepEqual(address(''), ['1.2.3.4', 0]);
  assert.deepEqual(address('1'), ['1.2.3.4', 1]);
  assert.equal(address('http'), undefined);
  assert.equal(address('-1'), undefined);
});

onBackends('getnameinfo: the name of an address and its port', async (loop) => {
  const [host, service] = await loop.getnameinfo(['127.0.0.1', 123], NI_NUMERICSERV);
  assert.ok(host.length > 0);
  assert.equal(service, '123');
});

onSelector('sockConnect: a name is looked up for the family and type of the socket', async (loop) => {
  const server = new Socket(AF_INET);
  server.bind(['127.0.0.1', 0]);
  server.listen();
  const client = new Socket(AF_INET);
  const [, port] = server.getsockname() as [string, number];
  await loop.sockConnect(client, ['localhost', port]);
  assert.deepEqual(client.getpeername(), server.getsockname());
  const datagrams = new Socket(AF_INET, SOCK_DGRAM);
  await loop.sockConnect(datagrams, ['localhost', 9]);
  assert.deepEqual(datagrams.getpeername(), ['127.0.0.1', 9]);
  for (const socket of [server, client, datagrams]) socket.close();
});
