// addReader's callbacks are called for what is there: a poll that saw an event before a callback dealt with it
// does not call it again.

import '../harness.ts';
import assert from 'node:assert/strict';
import { sleep } from '../../src/asyncio.ts';
import { socketpair } from '../../src/socket.ts';
import { onSelector } from './onSelector.ts';

onSelector(
  'addReader: no call in vain when an iteration is cut in the middle of its callbacks',
  async (loop) => {
    // Several times what the pump runs between two looks at the clock.
    const pairs = Array.from({ length: 150 }, () => socketpair());
    let calls = 0;
    for (const [left, right] of pairs) {
      loop.addReader(right.fileno(), () => {
        assert.equal(right.recv(10).toString(), 'x', 'and not EAGAIN');
        // Longer than the pump may work without giving the host a turn.
        if (calls++ % 20 === 0) for (const end = performance.now() + 10; performance.now() < end;) continue;
      });
      left.send(Buffer.from('x'));
    }
    while (calls < pairs.length) await sleep(1);
    for (let turns = 0; turns < 5; turns++) await sleep(1);
    assert.equal(calls, pairs.length);
    for (const [left, right] of pairs) {
      loop.removeReader(right.fileno());
      left.close();
      right.close();
    }
  },
);
