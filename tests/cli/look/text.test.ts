// Text for a terminal: harmless, measured, cut; and spans of time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSpan } from '../../../src/cli/terminal/spans.ts';
import { harmless } from '../../../src/lowlevel.ts';
import { cut, fit, widthOf } from '../../../src/cli/terminal/text.ts';

test('harmless: what a terminal would obey, and what hides or turns text, is written out', () => {
  assert.equal(harmless('plain – Ünïcödé 漢字 👩‍👩‍👧 é'), 'plain – Ünïcödé 漢字 👩‍👩‍👧 é');
  assert.equal(harmless('\x1b[31m\n\r\t\x00\x7f\x9b\b'), String.raw`\e[31m\n\r\t\x00\x7f\x9b\x08`);
  assert.equal(
    harmless('\u202e\u2066\u200b\ufeff\u2028\u{e0041}'),
    String.raw`\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}`,
  );
  assert.equal(harmless('\ud800x'), String.raw`\u{d800}x`);
});

test('cut: never wider than it may be, never in the middle of a character', () => {
  assert.equal(cut('short', 5), 'short');
  assert.equal(cut('longer', 5), 'long…');
  assert.equal(cut('漢字漢字', 5), '漢字…');
  assert.equal(cut('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 4), '👩‍👩‍👧…');
  assert.equal(cut('e\u0301e\u0301e\u0301', 2), 'e\u0301…');
  assert.equal(cut('x', 0), '');
  assert.equal(cut('xx', 1), '…');
  for (let columns = 0; columns < 12; columns++)
    assert.ok(widthOf(cut('a漢b👩‍👩‍👧c', columns)) <= columns, String(columns));
});

test('fit: exactly as wide, on either side', () => {
  assert.deepEqual([fit('ab', 4), fit('ab', 4, true), fit('漢字漢', 4)], ['ab  ', '  ab', '漢… ']);
});

test('formatSpan: at most six characters', () => {
  const spans = [
    0, 0.02, 0.5, 3, 999, 1000, 61_000, 99_940, 100_000, 245_000, 7_620_000, 273_600_000, 1e11, -5,
  ];
  assert.deepEqual(spans.map(formatSpan), [
    '0ms',
    '0.1ms',
    '0.5ms',
    '3ms',
    '999ms',
    '1.0s',
    '61.0s',
    '99.9s',
    '1m40s',
    '4m05s',
    '2h07m',
    '3d04h',
    '1157d',
    '0ms',
  ]);
});
