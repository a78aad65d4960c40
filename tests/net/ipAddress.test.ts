// Addresses as text and bytes, and as the system's structs: against the host's own parser, and there and back.

import '../harness.ts';
import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import process from 'node:process';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../../src/base/ipAddress.ts';
import { interfaceIndex } from '../../src/sys/libc/interfaces.ts';
import { packAddress, unpackAddress } from '../../src/sys/libc/socketAddress.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../../src/socket.ts';

test('parseIPv4 takes what inet_pton takes', () => {
  for (const text of ['0.0.0.0', '255.255.255.255', '1.2.3.4', '10.0.200.9']) {
    assert.equal(formatIPv4(parseIPv4(text) ?? new Uint8Array()), text);
  }
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1..2.3',
    'a.b.c.d',
  ])
    assert.equal(parseIPv4(text), undefined, text);
});

const texts = [
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8::0:1', '2001:db8::1'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['::ffff:102:304', '::ffff:1.2.3.4'],
  ['::1.2.3.4', '::1.2.3.4'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ['fe80::a:b', 'fe80::a:b'],
] as const;

test('parseIPv6 and formatIPv6: short forms, embedded IPv4, the longest run of zeros', () => {
  for (const [text, formatted] of texts)
    assert.equal(formatIPv6(parseIPv6(text) ?? new Uint8Array()), formatted, text);
  for (const text of [
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    ':1::',
    '1::2:',
    '12345::',
    'g::',
    '1.2.3.4',
    '::1.2.3.4:5',
    '::1.2.3',
    '::1%lo',
  ])
    assert.equal(parseIPv6(text), undefined, text);
});

test('what is an address is so for the host too, and the other way round', () => {
  const piece = fc.oneof(
    fc.constantFrom(':', '::', '.', '0', '00', '1.2.3.4', 'ffff', '%', ' '),
    fc.integer({ min: 0, max: 0x1_2000 }).map((value) => value.toString(16)),
    fc.integer({ min: 0, max: 300 }).map(String),
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(':')),
    fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('.')),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      assert.equal(parseIPv4(candidate) !== undefined, isIPv4(candidate), candidate);
      if (!candidate.includes('%'))
        assert.equal(parseIPv6(candidate) !== undefined, isIPv6(candidate), candidate);
    }),
    { numRuns: 3000 },
  );
});

test('bytes of an address come back from their text', () =>
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      (bytes, zeros) => {
        for (const [index, word] of zeros.entries())
          if (word < 128) bytes.fill(0, 2 * index, 2 * index + 2);
        const text = formatIPv6(bytes);
        assert.deepEqual(parseIPv6(text), bytes, text);
        assert.ok(isIPv6(text), text);
        assert.deepEqual(parseIPv4(formatIPv4(bytes.subarray(0, 4))), bytes.slice(0, 4));
      },
    ),
  ));

test('packAddress: the system’s forms', () => {
  const hex = (family: number, address: Parameters<typeof packAddress>[1]): string =>
    Buffer.from(packAddress(family, address)).toString('hex');
  assert.equal(hex(AF_INET, ['1.2.3.4', 0x1234]), '0200' + '1234' + '01020304' + '0'.repeat(16));
  assert.equal(
    hex(AF_INET6, ['1::2', 0x1234, 0xabcde, 7]),
    '0a00' + '1234' + '000abcde' + `0001${'0'.repeat(24)}0002` + '07000000',
  );
  assert.equal(hex(AF_UNIX, '/a'), '0100' + '2f61' + '00', 'with the zero that ends it');
  assert.equal(hex(AF_UNIX, '\0a'), '0100' + '0061', 'abstract: without');
  assert.equal(hex(AF_UNIX, ''), '0100', 'unnamed: the family alone');
  assert.equal(hex(AF_INET, ['<broadcast>', 9]).slice(8, 16), 'ffffffff');
});

test('addresses come back from the system’s form', () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0'));
  const backAndForth = (family: number, address: Parameters<typeof packAddress>[1]): void => {
    const packed = packAddress(family, address);
    const room = new Uint8Array(128).fill(0xee);
    room.set(packed);
    assert.deepEqual(unpackAddress(room, packed.length), address);
  };
  fc.assert(
    fc.property(fc.ipV4(), port, name, (host, number, text) => {
      backAndForth(AF_INET, [host, number]);
      backAndForth(AF_UNIX, text);
      if (text !== '') backAndForth(AF_UNIX, `\0${text}`);
    }),
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      port,
      fc.integer({ min: 0, max: 0xfffff }),
      fc.integer({ min: 0, max: 0xffffffff }),
      (host, number, flowInfo, scopeId) =>
        backAndForth(AF_INET6, [formatIPv6(host), number, flowInfo, scopeId]),
    ),
  );
  assert.equal(unpackAddress(new Uint8Array(128), 0), '', 'no address at all');
  assert.equal(unpackAddress(Uint8Array.of(99, 0, 1, 2), 4), '', 'of a family that is not known');
});

test(
  'a scope is the number of an interface',
  { skip: process.platform !== 'linux' && 'interfaces have other names' },
  () => {
    assert.equal(interfaceIndex('lo'), 1);
    assert.equal(interfaceIndex('17'), 17);
    assert.equal(interfaceIndex('no such interface'), undefined);
    const packed = packAddress(AF_INET6, ['fe80::1%lo', 5]);
    assert.deepEqual(unpackAddress(packed, packed.length), ['fe80::1', 5, 0, 1]);
  },
);
