// A pickle as a person reads it: a line for each opcode, with marks and what goes back to them. The text is that of
// pickletools.dis.

import { Float } from '../../float.ts';
import { UnpicklingError } from '../pickleErrors.ts';
import { genops } from './genops.ts';
import type { Operation } from './genops.ts';

/** Opcodes that take all that is above the last mark. */
const toMark: ReadonlySet<string> = new Set([
  ...['APPENDS', 'LIST', 'TUPLE', 'DICT', 'SETITEMS', 'ADDITEMS', 'FROZENSET', 'POP_MARK', 'INST', 'OBJ'],
]);

/** The text of a pickle's opcodes, one a line, for looking at it; nothing is run. Semantics: pickletools.dis, without its
 * check of the stack.
 * @throws UnpicklingError where the bytes end before STOP, or have no opcode; what comes before is lost with it, so look at
 * broken pickles with `pickle.genops`
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log(pickle.dis(pickle.dumps([1, 'a'], { protocol: 1 })));
 * // ->     0: ]    EMPTY_LIST
 * // ->     1: q    BINPUT     0
 * // ->     3: (    MARK
 * // ->     4: K        BININT1    1
 * // ->     6: X        BINUNICODE 'a'
 * // ->    12: q        BINPUT     1
 * // ->    14: e        APPENDS    (MARK at 3)
 * // ->    15: .    STOP
 * // -> highest protocol among opcodes = 1
 * ```
 */
export function dis(bytes: Uint8Array): string {
  const lines: string[] = [];
  const marks: number[] = [];
  let memoized = 0;
  let highest = 0;
  let previous = '';
  for (const { opcode, argument, offset } of genops(bytes)) {
    const { name, code, protocol } = opcode;
    highest = Math.max(highest, protocol);
    const indent = '    '.repeat(marks.length);
    let note = '';
    if (toMark.has(name) || (name === 'POP' && previous === 'MARK')) {
      const mark = marks.pop();
      if (mark === undefined)
        throw new UnpicklingError(`there is no mark (at byte ${offset})`, { offset, opcode: name });
      note = `(MARK at ${mark})`;
    }
    if (name === 'MEMOIZE') note = `(as ${memoized})`;
    if (name === 'MEMOIZE' || name.endsWith('PUT')) memoized += 1;
    const shown = `${String(offset).padStart(5)}: ${show(code).padEnd(4)} ${indent}${name}`;
    const words = [argument === undefined ? '' : repr(argument, name), note].filter((word) => word !== '');
    const gap = words.length === 0 ? '' : ' '.repeat(Math.max(0, 10 - name.length));
    lines.push(`${shown}${gap}${words.map((word) => ` ${word}`).join('')}`);
    if (name === 'MARK') marks.push(offset);
    previous = name;
  }
  return [...lines, `highest protocol among opcodes = ${highest}`].join('\n');
}

/** A byte as Python's repr of a character has it. */
function show(code: number): string {
  return code < 0x7f ? String.fromCharCode(code) : `\\x${code.toString(16)}`;
}

function repr(argument: Operation['argument'], name: string): string {
  if (typeof argument === 'boolean') return argument ? 'True' : 'False';
  if (name === 'GLOBAL' || name === 'INST' || typeof argument === 'string')
    return reprText(argument as string);
  if (argument instanceof Float) return argument.toString();
  if (!(argument instanceof Uint8Array)) return String(argument);
  const bytes = Buffer.from(argument).toString('latin1');
  const quoted = reprText(bytes, /[^ -~]/);
  return name === 'BYTEARRAY8' ? `bytearray(b${quoted})` : `b${quoted}`;
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** As Python's repr of text, or of bytes: printable is what is neither control, nor separator, nor unassigned. */
function reprText(text: string, hidden: RegExp = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = '';
  for (const one of text) {
    const code = one.codePointAt(0) as number;
    const hex = code.toString(16);
    if (one === quote) shown += `\\${one}`;
    else if (Object.hasOwn(named, one)) shown += named[one] as string;
    else if (!hidden.test(one)) shown += one;
    else if (code <= 0xff) shown += `\\x${hex.padStart(2, '0')}`;
    else shown += code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  }
  return quote + shown + quote;
}
