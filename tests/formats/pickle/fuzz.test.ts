// Pickles that were cut off or changed: whatever bytes there are, a value or an error of ours.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickle } from '../../../src/formats/formats.ts';
import { Random } from '../../../src/testing/testing.ts';
import { randomValue, samples } from './values.ts';

const protocols = [0, 1, 2, 3, 4, 5];
const small = samples.filter((one) => pickle.dumps(one).length < 500);

function tryLoad(
  bytes: Uint8Array,
  unknown: 'refuse' | 'keep' = 'refuse',
  dicts: 'map' | 'object' = 'map',
): void {
  try {
    pickle.loads(bytes, { unknown, dicts });
  } catch (error) {
    if (!(error instanceof pickle.UnpicklingError))
      assert.fail(new Error(Buffer.from(bytes).toString('hex'), { cause: error }));
    assert.ok(error.offset >= 0 && error.offset <= bytes.length);
  }
}

for (const protocol of protocols)
  test(`pickle.loads: a pickle of protocol ${protocol} that is cut off anywhere says so, and where`, () => {
    for (const value of small) {
      const bytes = pickle.dumps(value, { protocol });
      for (let length = 0; length < bytes.length; length += 1)
        assert.throws(
          () => pickle.loads(bytes.subarray(0, length)),
          (error: unknown) =>
            error instanceof pickle.UnpicklingError &&
            error.reason === 'truncated' &&
            error.offset <= length,
        );
    }
  });

for (const protocol of protocols)
  test(`pickle.loads: any byte of a pickle of protocol ${protocol} changed is a value or an UnpicklingError`, () => {
    for (const value of [...small, ...Array.from({ length: 20 }, (_, seed) => randomValue(seed))]) {
      const bytes = Buffer.from(pickle.dumps(value, { protocol })).subarray(0, 300);
      for (let at = 0; at < bytes.length; at += 1)
        for (const flip of [0xff, 0x01, 0x80, 0x20, bytes[at] as number]) {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] as number) ^ flip;
          tryLoad(changed);
          tryLoad(changed, 'keep', 'object');
        }
    }
  });

test('pickle.loads: random bytes, and random opcodes, are a value or an UnpicklingError', () => {
  const random = new Random(10);
  const codes = Buffer.from(
    '(.012FIJKLMNPQRSTUVX]abcdeghijloprstu})' +
      '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98BC',
    'latin1',
  );
  for (let round = 0; round < 30_000; round += 1) {
    const bytes = Buffer.from(Array.from({ length: 1 + random.int(40) }, () => random.int(256)));
    if (round % 3 > 0)
      for (let at = 0; at < bytes.length; at += 1)
        if (random.int(4) > 0) bytes[at] = codes[random.int(codes.length)] as number;
    tryLoad(bytes, round % 2 === 0 ? 'keep' : 'refuse', round % 5 === 0 ? 'object' : 'map');
  }
});
