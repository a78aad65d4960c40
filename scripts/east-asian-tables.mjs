// Writes src/files/encodings/eastAsianTables.ts: what Python's encodings of East Asia have besides what the runtimes'
// own decoders know. Those follow the web's standard, which joins encodings that Python keeps apart, and differ among
// themselves: so the tables say which bytes are valid, and what they are wherever one of the runtimes differs.
//
//   node scripts/east-asian-tables.mjs [python3]     writes the file

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtimePath } from './runtime.mjs';

/** Each with the label of the runtimes' decoder that comes nearest. */
const labels = {
  shift_jis: 'shift_jis',
  cp932: 'shift_jis',
  euc_jp: 'euc-jp',
  gb2312: 'gbk',
  gbk: 'gbk',
  gb18030: 'gb18030',
  big5: 'big5',
  cp950: 'big5',
  euc_kr: 'euc-kr',
  cp949: 'euc-kr',
};
const runtimes = ['node22', 'node24', 'node26', 'bun', 'deno'];

const python = `
import encodings.aliases, json, sys
names = sys.argv[1].split()
def decoded(data, name):
    try: return data.decode(name)
    except UnicodeDecodeError: return None
tables = {}
for name in names:
    found = {}
    cut = []
    for a in range(0x80, 256):
        try: found['%02x' % a] = bytes([a]).decode(name)
        except UnicodeDecodeError as error:
            if 'incomplete' in error.reason: cut.append(a)
    heads = [bytes([a]) for a in cut] + ([bytes([0x8f, b]) for b in range(0xa1, 0xff)] if name == 'euc_jp' else [])
    tails = [bytes([b]) for b in range(256)]
    if name == 'gb18030':
        fours = [bytes([a, b, c, d]) for a in range(0x81, 0x85) for b in range(0x30, 0x3a) for c in range(0x81, 0xff)
                 for d in range(0x30, 0x3a)]
        for data in fours:
            text = decoded(data, name)
            a, b, c, d = data
            # All of them, up to a last one: the codec counts them.
            assert (text is not None) == ((((a - 0x81) * 10 + b - 0x30) * 126 + c - 0x81) * 10 + d - 0x30 < 39420)
            if text is not None: found[data.hex()] = text
    for head in heads:
        if name == 'euc_jp' and head == b'\\x8f': continue
        for tail in tails:
            text = decoded(head + tail, name)
            if text is not None: found[(head + tail).hex()] = text
    first = {}
    for data, text in found.items(): first.setdefault(text, data)
    exceptions = []
    for code in [*range(0x80, 0xd800), *range(0xe000, 0x10000)]:
        char = chr(code)
        try: data = char.encode(name).hex()
        except UnicodeEncodeError: data = ''
        if name == 'euc_kr' and len(data) == 16: data = ''
        if data != first.get(char, ''): exceptions.append([code, data])
    aliases = sorted(alias for alias, to in encodings.aliases.aliases.items() if to == name)
    tables[name] = {'found': found, 'cut': cut, 'exceptions': exceptions, 'aliases': aliases}
json.dump(tables, sys.stdout)
`;

/** Run by each runtime: which of the sequences its decoder takes for something else. */
const comparer = `
import { readFileSync } from 'node:fs';
const { tables, labels } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const different = {};
for (const [name, { found }] of Object.entries(tables)) {
  const decoder = new TextDecoder(labels[name]);
  different[name] = Object.keys(found).filter((hex) => decoder.decode(Buffer.from(hex, 'hex')) !== found[hex]);
}
console.log(JSON.stringify(different));
`;

/** @typedef {{ found: Record<string, string>, cut: number[], exceptions: [number, string][], aliases: string[] }} Table */

const folder = mkdtempSync(join(root, '.scratch', 'tables-'));
try {
  const big = { encoding: /** @type {const} */ ('utf8'), maxBuffer: 2 ** 28 };
  const told = execFileSync(
    process.argv[2] ?? 'python3',
    ['-c', python, Object.keys(labels).join(' ')],
    big,
  );
  /** @type {Record<string, Table>} */
  const tables = JSON.parse(told);
  const data = join(folder, 'tables.json');
  const program = join(folder, 'compare.mjs');
  writeFileSync(data, JSON.stringify({ tables, labels }));
  writeFileSync(program, comparer);
  /** @type {Record<string, Set<string>>} */
  const different = {};
  for (const runtime of runtimes) {
    const args = runtime === 'deno' ? ['run', '--allow-all', program, data] : [program, data];
    /** @type {Record<string, string[]>} */
    const those = JSON.parse(execFileSync(runtimePath(runtime), args, big));
    for (const [name, list] of Object.entries(those))
      for (const hex of list) (different[name] ??= new Set()).add(hex);
  }
  const entries = Object.entries(tables).map(([name, table]) =>
    entry(name, table, different[name] ?? new Set()),
  );
  writeFileSync(
    join(root, 'src/files/encodings/eastAsianTables.ts'),
    `// Written by scripts/east-asian-tables.mjs from Python's encodings: edit that.

export interface EastAsianTable {
  readonly name: string;
  readonly aliases: string;
  /** The host's decoder that comes nearest. */
  readonly label: string;
  /** Bytes that begin a character of several. */
  readonly leads: string;
  /** Which sequences are characters, in hexadecimal, as ranges. */
  readonly valid: string;
  /** Which of them the host may take for others: from a sequence on, these characters. */
  readonly fixes: string;
  /** Characters that are written otherwise than they are read, or not at all. */
  readonly written: string;
}

export const eastAsianTables: readonly EastAsianTable[] = ${JSON.stringify(entries, undefined, 2)};
`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** By their bytes: keys that look like numbers come first in an object.
 * @param {Iterable<string>} hexes */
function sorted(hexes) {
  return [...hexes].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** @param {string} name @param {Table} table @param {Set<string>} different */
function entry(name, { found, cut, exceptions, aliases }, different) {
  const codes = sorted(Object.keys(found))
    .filter((hex) => hex.length < 8)
    .map((hex) => ({ hex, code: Number.parseInt(hex, 16), length: hex.length }));
  /** @type {string[]} */
  const fixes = [];
  let next = '';
  // The Hangul that cp949 adds stand in the order of Unicode: eastAsian.ts counts them.
  const counted = (/** @type {string} */ hex) =>
    name === 'cp949' && !/^[a-f][1-9a-f][a-f][1-9a-f]$/.test(hex);
  for (const hex of sorted(Object.keys(found)).filter((each) => different.has(each) && !counted(each))) {
    if (hex === next) fixes.push(`${fixes.pop()}${found[hex]}`);
    else fixes.push(`${hex}=${found[hex]}`);
    next = (Number.parseInt(hex, 16) + 1).toString(16);
  }
  return {
    name,
    aliases: aliases.join(' '),
    label: labels[/** @type {keyof typeof labels} */ (name)],
    leads: ranges(cut.map((code) => ({ code, length: 2 }))),
    valid: ranges(codes),
    fixes: fixes.join(' '),
    written: exceptions.map(([code, hex]) => `${code.toString(16)}=${hex}`).join(' '),
  };
}

/** @param {{ code: number, length: number }[]} codes */
function ranges(codes) {
  /** @type {{ from: number, to: number, length: number }[]} */
  const found = [];
  for (const { code, length } of codes) {
    const last = found.at(-1);
    if (last !== undefined && last.length === length && last.to + 1 === code) last.to = code;
    else found.push({ from: code, to: code, length });
  }
  return found
    .map(({ from, to, length }) => {
      const hex = (/** @type {number} */ code) => code.toString(16).padStart(length, '0');
      return from === to ? hex(from) : `${hex(from)}-${hex(to)}`;
    })
    .join(' ');
}
