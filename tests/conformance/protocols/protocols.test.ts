// What asyncio's test_protocols asks of the classes that a program overrides, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BaseProtocol, BufferedProtocol, DatagramProtocol, Protocol } from '../../../src/asyncio.ts';

const transport = {} as never;

function ownNothing(protocol: object): void {
  assert.deepEqual(Reflect.ownKeys(protocol), []);
}

test('BaseProtocol: its methods do nothing, and it has nothing of its own', () => {
  const protocol = new BaseProtocol();
  assert.equal(protocol.connectionMade(transport), undefined);
  assert.equal(protocol.connectionLost(new Error('lost')), undefined);
  assert.equal(protocol.pauseWriting(), undefined);
  assert.equal(protocol.resumeWriting(), undefined);
  ownNothing(protocol);
});

test('Protocol: its methods do nothing, and it has nothing of its own', () => {
  const protocol = new Protocol();
  assert.ok(protocol instanceof BaseProtocol);
  assert.equal(protocol.connectionMade(transport), undefined);
  assert.equal(protocol.connectionLost(new Error('lost')), undefined);
  assert.equal(protocol.dataReceived(Buffer.from('x')), undefined);
  assert.equal(protocol.eofReceived(), undefined);
  assert.equal(protocol.pauseWriting(), undefined);
  assert.equal(protocol.resumeWriting(), undefined);
  ownNothing(protocol);
});

test('BufferedProtocol: its methods do nothing, its buffer is empty, and it has nothing of its own', () => {
  const protocol = new BufferedProtocol();
  assert.ok(protocol instanceof BaseProtocol);
  assert.equal(protocol.connectionMade(transport), undefined);
  assert.equal(protocol.connectionLost(new Error('lost')), undefined);
  assert.equal(protocol.getBuffer(100).byteLength, 0);
  assert.equal(protocol.bufferUpdated(150), undefined);
  assert.equal(protocol.eofReceived(), undefined);
  assert.equal(protocol.pauseWriting(), undefined);
  assert.equal(protocol.resumeWriting(), undefined);
  ownNothing(protocol);
});

test('DatagramProtocol: its methods do nothing, and it has nothing of its own', () => {
  const protocol = new DatagramProtocol();
  assert.ok(protocol instanceof BaseProtocol);
  assert.equal(protocol.connectionMade(transport), undefined);
  assert.equal(protocol.connectionLost(new Error('lost')), undefined);
  assert.equal(protocol.errorReceived(new Error('refused')), undefined);
  assert.equal(protocol.datagramReceived(Buffer.from('x'), ['127.0.0.1', 1]), undefined);
  ownNothing(protocol);
});
