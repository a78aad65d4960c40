// Random programs of file operations, which Python can run too.
//
// What is not compared, and why: `tell` of text returns a number that only `seek` understands, so that places are compared
// by going back to them; Python writes behind what it has read ahead of text, and behind what it decodes again to get to
// a place, and so a program that writes goes to one end first, or where that is no matter to where it stands (`here`);
// Python fails at any bad byte of what it has read ahead, and so bad bytes go with a handler.

import type { Random } from '../../../src/testing/testing.ts';

type Step = readonly [name: string, ...args: (string | number | null)[]];

export interface Program {
  readonly mode: string;
  readonly options: Record<string, string | number | null>;
  /** In hexadecimal. */
  readonly initial: string;
  readonly steps: readonly Step[];
}

const MODES = ['r', 'w', 'a', 'x', 'r+', 'w+', 'a+', 'x+'];
const ENCODINGS = [
  ...[
    'utf-8',
    'utf-8',
    'utf-8-sig',
    'utf-16',
    'utf-16-le',
    'utf-16-be',
    'utf-32',
    'utf-32-le',
    'utf-32-be',
  ],
  ...['latin-1', 'ascii', 'cp1252', 'koi8-r', 'cp037', 'iso8859-15', 'mac-roman'],
];
const HANDLERS = ['strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape', 'surrogatepass'];
const NEWLINES = [null, '', '\n', '\r', '\r\n'];
const PIECES = [
  'a',
  'é',
  '€',
  '😀',
  '\n',
  '\r',
  '\r\n',
  'word ',
  '\n\n',
  'ж',
  '\t',
  'long enough to matter',
  '\u{10ffff}',
];
const BAD = ['ff', 'c3', 'e282', 'eda080', 'f09f98', '80', '00d8', '0d', 'c0af', '0a'];
const LONE = '\udc80';

function text(random: Random, wide: boolean): string {
  const pieces = wide ? PIECES : PIECES.filter((piece) => piece.charCodeAt(0) < 128);
  return Array.from({ length: random.int(8) }, () => random.pick(pieces)).join('');
}

function hexOf(value: string): string {
  return Buffer.from(value).toString('hex');
}

export function drawProgram(random: Random): Program {
  return random.oneIn(3) ? drawBinary(random) : drawText(random);
}

function drawBinary(random: Random): Program {
  const initial = Array.from({ length: random.int(30) }, () =>
    random.pick([...BAD, '61', '0a', '62']),
  ).join('');
  const size = (): number => random.int(20) - 1;
  const steps = Array.from({ length: 1 + random.int(14) }, (): Step => {
    const whence = random.int(3);
    return random.pick<Step>([
      ['read', size()],
      ['read'],
      ['readline', size() || 1], // Python does not ask whether it may read nothing
      ['readline'],
      ['readlines'],
      ['readlines', size()],
      ['readinto', random.int(10)],
      ['write', hexOf(text(random, true))],
      ['write', hexOf('x'.repeat(random.int(300)))],
      ['writelines', hexOf('one\n'), hexOf('two')],
      ['seek', whence === 0 ? random.int(40) : random.int(10) - 5, whence],
      ['tell'],
      ['truncate', random.int(40)],
      ['truncate'],
      ['flush'],
      ['readable'],
      ['writable'],
    ]);
  });
  const buffering = random.pick([-1, -1, 16, 100]);
  const mode = random.pick(MODES);
  return {
    mode: `${mode}b`,
    options: { buffering },
    initial,
    steps: mode === 'a+' ? steps.flatMap(toEnd) : steps,
  };
}

/** Where a file stands that appends, Python reckons as if it did not. */
function toEnd(step: Step): Step[] {
  return step[0].startsWith('write') ? [step, ['seek', 0, 2]] : [step];
}

function drawText(random: Random): Program {
  const encoding = random.pick(ENCODINGS);
  const errors = random.pick(HANDLERS);
  const lenient = errors !== 'strict' && errors !== 'surrogatepass' && errors !== 'surrogateescape';
  const mode = random.pick(MODES);
  const contents = Array.from({ length: random.int(20) }, () =>
    lenient && random.oneIn(4) ? random.pick(BAD) : bytesOf(text(random, true), encoding),
  );
  const mark: Record<string, string> = { 'utf-16': 'fffe', 'utf-32': 'fffe0000', 'utf-8-sig': 'efbbbf' };
  const initial = random.oneIn(8) ? '' : (mark[encoding] ?? '') + contents.join('');
  const newline = random.pick(NEWLINES);
  const marked = mark[encoding] !== undefined;
  const plain = errors === 'strict' && newline === '\n' && !/utf-(?:16|32|8-sig)/.test(encoding);
  const steps: Step[] = [];
  const size = (): number => random.int(12) - 1;
  for (let count = 1 + random.int(12); count > 0; count--) {
    const step = random.pick<Step>([
      ['read', size()],
      ['read'],
      ['readline'],
      ['readline', size()],
      ['readlines'],
      ['readlines', random.int(6)],
      ['write', text(random, true)],
      ['write', text(random, false) + (random.oneIn(6) ? LONE : '')],
      ['writelines', 'one\n', 'two'],
      ['seek', 0],
      ['seek', 0, 2],
      ['seek', 3, 1],
      ['mark'],
      ['back', random.int(5)],
      ['truncate', random.int(marked ? 1 : 40)], // in the middle Python looks for the mark again
      ['flush'],
    ]);
    if (/write|truncate/.test(step[0]))
      steps.push(
        plain
          ? ['here']
          : random.pick<Step>([
              ['seek', 0, 2],
              ['seek', 0],
            ]),
      );
    steps.push(step);
    // Until 3.12 Python reads on from where it was before it wrote.
    if (step[0].startsWith('write')) steps.push(['seek', 0, random.pick([0, 2])]);
  }
  return { mode, options: { encoding, errors, newline }, initial, steps };
}

/** In an encoding that all bytes of the text are in; what it lacks is left out. */
function bytesOf(value: string, encoding: string): string {
  const only = (limit: number): string =>
    Array.from(value)
      .filter((char) => (char.codePointAt(0) as number) < limit)
      .join('');
  if (encoding.startsWith('utf-8')) return hexOf(value);
  if (encoding.startsWith('utf-16')) {
    const bytes = Buffer.from(value, 'utf16le');
    return (encoding.endsWith('be') ? bytes.swap16() : bytes).toString('hex');
  }
  if (encoding.startsWith('utf-32')) {
    const big = encoding.endsWith('be');
    const bytes = Array.from(value, (char) => {
      const four = Buffer.alloc(4);
      if (big) four.writeUInt32BE(char.codePointAt(0) as number);
      else four.writeUInt32LE(char.codePointAt(0) as number);
      return four.toString('hex');
    });
    return bytes.join('');
  }
  return Buffer.from(only(encoding === 'latin-1' ? 256 : 128), 'latin1').toString('hex');
}
