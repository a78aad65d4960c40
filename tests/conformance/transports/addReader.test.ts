// What asyncio's test_selector_events asks of add_reader and add_writer on one descriptor.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { Future, socketpair } from '../../../src/asyncio.ts';
import { iterations } from '../../net/contract/pair.ts';
import { onBackends } from '../../net/onBackends.ts';

const onSelector = { only: 'selector' } as const;

onBackends(
  'addReader and addWriter of one descriptor come and go each by itself',
  async (loop) => {
    const [one, other] = socketpair();
    const calls: string[] = [];
    let written = new Future<void>();
    const read = new Future<void>();
    loop.addWriter(one, () => {
      calls.push('writable');
      loop.removeWriter(one);
      written.setResult();
    });
    loop.addReader(one, () => {
      calls.push('readable');
      assert.equal(loop.removeReader(one), true);
      read.setResult();
    });
    await written;
    assert.deepEqual(calls, ['writable']);
    written = new Future<void>();
    loop.addWriter(one, () => {
      calls.push('writable again');
      assert.equal(loop.removeWriter(one), true);
      written.setResult();
    });
    await written;
    await loop.sockSendall(other, Buffer.from('x'));
    await read;
    await iterations(5);
    assert.deepEqual(calls, ['writable', 'writable again', 'readable']);
    one.close();
    other.close();
  },
  onSelector,
);

onBackends(
  'removeReader and removeWriter answer whether there was a callback',
  async (loop) => {
    const [one, other] = socketpair();
    assert.equal(loop.removeReader(one), false);
    assert.equal(loop.removeWriter(one), false);
    loop.addReader(one, () => {});
    assert.equal(loop.removeWriter(one), false);
    assert.equal(loop.removeReader(one), true);
    assert.equal(loop.removeReader(one), false);
    one.close();
    other.close();
  },
  onSelector,
);
