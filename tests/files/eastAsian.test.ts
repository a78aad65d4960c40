// Encodings of East Asia against Python's: every character, every pair of bytes, random bytes and random text, with each
// error handler, in pieces of every length.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import '../harness.ts';
import { UnsupportedError } from '../../src/asyncio.ts';
import { encodingNamed } from '../../src/files/encodings/encodings.ts';
import { errorHandler } from '../../src/files/encodings/errorHandlers.ts';
import { decode, encode } from '../../src/files/encodings/transcode.ts';
import { Random } from '../../src/testing/testing.ts';
import { findPython } from '../differential/python.ts';
import { spawnWithInput } from '../spawnWithInput.ts';

const python = findPython();
const names = 'shift_jis cp932 euc_jp gb2312 gbk gb18030 big5 cp950 euc_kr cp949'.split(' ');

const oracle = `
import hashlib, json, sys
def outcome(fn):
    try: return fn()
    except UnicodeError as error: return [type(error).__name__, error.encoding, error.start, error.end, error.reason]
def digest(data): return hashlib.sha256(data).hexdigest()
chars = [chr(c) for c in [*range(0xd800), *range(0xe000, 0x10000), 0x10000, 0x1f600, 0x10ffff]]
pairs = [bytes([a, b]) for a in range(128, 256) for b in range(256)]
threes = [bytes([a, b, c]) for a in (0x8e, 0x8f) for b in range(128, 256) for c in range(256)]
def encoded(char, name):
    try: return char.encode(name).hex()
    except UnicodeEncodeError: return '?'
def decoded(data, name):
    try: return data.decode(name)
    except UnicodeDecodeError: return '?'
for line in sys.stdin:
    name, cases = json.loads(line)
    said = [digest(' '.join([encoded(char, name) for char in chars]).encode())]
    for group in pairs, threes if name == 'euc_jp' else []:
        said.append(digest('\\n'.join([decoded(data, name) for data in group]).encode()))
    for way, errors, given in cases:
        if way == 'decode':
            said.append(outcome(lambda: bytes.fromhex(given).decode(name, errors)))
        else: said.append(outcome(lambda: given.encode(name, errors).hex()))
    print(json.dumps(said))
`;

type Case = [way: 'decode' | 'encode', errors: string, given: string];

const handlers = ['strict', 'replace', 'ignore', 'backslashreplace', 'surrogateescape'];

function drawCase(random: Random): Case {
  const errors = random.pick(handlers);
  if (random.oneIn(3)) {
    const pools = [0x20, 0x3040, 0x30a0, 0x4e00, 0xac00, 0xff00, 0xe000, 0xdc80, 0x1f600, 0xa0];
    const points = Array.from({ length: random.int(13) }, () => random.pick(pools) + random.int(96));
    return ['encode', errors, String.fromCodePoint(...points)];
  }
  const special = [0x8e, 0x8f, 0xa4, 0xd4, 0xa1, 0x30, 0x81, 0x41, 0xfe, 0xff, 0x80, 0x0a];
  const bytes = Array.from({ length: random.int(15) }, () =>
    random.oneIn(3) ? random.pick(special) : 0x30 + random.int(208),
  );
  return ['decode', errors, Buffer.from(bytes).toString('hex')];
}

function outcome(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    const { name, encoding, start, end, reason } = error as Record<string, unknown>;
    return [name, encoding, start, end, reason];
  }
}

const digest = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

test(
  'open: encodings of East Asia are those of Python',
  { skip: python === undefined && 'there is no Python: install python3' },
  async () => {
    const random = new Random(1);
    const drawn = names.map((name) => [name, Array.from({ length: 500 }, () => drawCase(random))] as const);
    const { stdout, stderr } = spawnWithInput(
      python?.command ?? '',
      [...(python?.args ?? []), '-c', oracle],
      drawn.map((each) => JSON.stringify(each)).join('\n'),
    );
    const said = stdout.trimEnd().split('\n');
    assert.equal(said.length, names.length, stderr);
    const points = Array.from({ length: 0x10000 }, (_, point) => point).filter(
      (p) => p < 0xd800 || p > 0xdfff,
    );
    const chars = [...points, 0x10000, 0x1f600, 0x10ffff].map((point) => String.fromCodePoint(point));
    const low = Array.from({ length: 256 }, (_, byte) => byte);
    const high = low.slice(128);
    const pairs = high.flatMap((a) => low.map((b) => Buffer.from([a, b])));
    const threes = [0x8e, 0x8f].flatMap((a) => high.flatMap((b) => low.map((c) => Buffer.from([a, b, c]))));
    for (const [index, [name, cases]] of drawn.entries()) {
      const { codec } = await encodingNamed(name);
      const expected = JSON.parse(said[index] as string) as unknown[];
      const encoded = chars.map((char) => {
        const { out, fault } = codec.encodeRun(char, 0);
        return fault === undefined ? out.toString('hex') : '?';
      });
      const decoded = (group: Buffer[]): string =>
        group
          .map((bytes) => {
            const { out, fault } = codec.decodeRun(bytes, 0, true, false);
            return fault === undefined ? out : '?';
          })
          .join('\n');
      const here = [
        digest(encoded.join(' ')),
        digest(decoded(pairs)),
        digest(decoded(name === 'euc_jp' ? threes : [])),
        ...cases.map(([way, errors, given]) =>
          outcome(() => {
            if (way === 'encode')
              return inPoints(given, () =>
                encode(codec, given, errorHandler(errors).encode).toString('hex'),
              );
            const bytes = Buffer.from(given, 'hex');
            // Under `strict` what stands before a fault is returned first.
            const first = decode(codec, bytes, true, errorHandler(errors).decode);
            if (first.stopped !== true) return first.text;
            return outcomeAt(() => decode(codec, bytes.subarray(first.used), true, undefined), first.used);
          }),
        ),
      ];
      for (const [at, mine] of here.entries())
        assert.deepEqual(mine, expected[at], `${name}: ${JSON.stringify(cases[at - 3])}`);
      for (const [way, , given] of cases.slice(0, 100)) if (way === 'decode') checkPieces(codec, given);
    }
  },
);

/** Python counts characters, where a string here has UTF-16. */
function inPoints(text: string, fn: () => unknown): unknown {
  const told = outcome(fn);
  if (typeof told === 'string') return told;
  return (told as unknown[]).map((each) =>
    typeof each === 'number' ? Array.from(text.slice(0, each)).length : each,
  );
}

/** A fault further on, told from the beginning. */
function outcomeAt(fn: () => unknown, offset: number): unknown {
  const told = outcome(fn) as unknown[];
  return told.map((each) => (typeof each === 'number' ? each + offset : each));
}

/** However the bytes are cut, the text is the same. */
function checkPieces(codec: Parameters<typeof decode>[0], given: string): void {
  const bytes = Buffer.from(given, 'hex');
  const { decode: handler } = errorHandler('replace');
  const whole = decode(codec, bytes, true, handler).text;
  let text = '';
  let used = 0;
  for (let end = 0; end <= bytes.length; end++) {
    const part = decode(codec, bytes.subarray(used, end), end === bytes.length, handler);
    text += part.text;
    used += part.used;
  }
  assert.equal(text, whole, `${codec.name} ${given}`);
}

test('open: encodings that only Python has are refused, and the error says why', async () => {
  for (const name of ['iso2022_jp', 'ISO-2022-KR', 'utf-7', 'hz', 'big5hkscs', 'euc_jis_2004', 'johab'])
    await assert.rejects(encodingNamed(name), UnsupportedError);
  assert.equal((await encodingNamed('Shift-JIS')).codec.name, 'shift_jis');
  assert.equal((await encodingNamed('EUC-KR')).codec.name, 'euc_kr');
  assert.equal((await encodingNamed('sjis')).codec.name, 'shift_jis');
});
