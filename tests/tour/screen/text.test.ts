import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { displayWidth, fit, pad, showName, wrap } from '../../../tour/screen/text.ts';

test('the width of a text is what a terminal makes of it', () => {
  assert.equal(displayWidth('abc'), 3);
  assert.equal(displayWidth('é'), 1);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('日本'), 4);
  assert.equal(displayWidth('👨‍👩‍👧'), 2);
});

test('a text that does not fit loses its middle, and never has half a character', () => {
  assert.equal(fit('node_modules/effect/src', 40), 'node_modules/effect/src');
  assert.equal(fit('abcdefghij', 7), 'ab…ghij');
  for (let width = 0; width < 24; width += 1) {
    for (const text of [
      'node_modules/effect/src/a.ts',
      '日本語のファイル名です.txt',
      'e\u0301'.repeat(30),
    ]) {
      assert.ok(displayWidth(fit(text, width)) <= width, `${text} in ${width}`);
    }
  }
});

test('a name shows no control characters, no stray bytes and no reversal of direction', () => {
  assert.equal(showName('a\nb\x1b[31m\x07'), 'a\\nb\\x1b[31m\\x07');
  assert.equal(showName('invoice\u202egpj.exe'), 'invoice\\u202egpj.exe');
  assert.equal(showName(Buffer.from([0x63, 0x61, 0x66, 0xe9])), 'caf\\xe9');
  assert.equal(showName('ordinary äöü.txt'), 'ordinary äöü.txt');
});

test('folding keeps within the width and a number with its unit', () => {
  const text = 'it took 340 ms of 12 cores and 97 % of the 4 cores at 3 times the 88 MB';
  for (let width = 12; width < 80; width += 1) {
    const lines = wrap(text, width);
    assert.equal(lines.join(' '), text);
    for (const line of lines) assert.ok(displayWidth(line) <= width, `${line} in ${width}`);
    for (const line of lines.slice(1)) assert.doesNotMatch(line, /^(ms|%|cores|times|MB)/);
  }
});

test('padding goes by width', () => {
  assert.equal(pad('日', 4), '日  ');
  assert.equal(pad('7', 3, 'right'), '  7');
});
