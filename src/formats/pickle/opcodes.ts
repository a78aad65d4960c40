// The opcodes of protocols 0 to 5, as data: what `genops` walks by, and what errors name.
//
// The readers and writers have the codes as literals, with the name beside each: an engine makes a table of jumps of
// literals only.

/** How the argument behind an opcode is written. A number in a name is that of the bytes, of the length where the
 * argument has one. */
export type ArgumentKind =
  | 'none'
  | 'uint1'
  | 'uint2'
  | 'uint4'
  | 'int4'
  | 'uint8'
  | 'float8'
  | 'line'
  | 'twoLines'
  | 'long1'
  | 'long4'
  | 'bytes1'
  | 'bytes4'
  | 'bytes8'
  | 'text1'
  | 'text4'
  | 'text8';

/** An opcode: its byte, its name in Python, the protocol that brought it, and its argument. */
export interface Opcode {
  readonly code: number;
  readonly name: string;
  readonly protocol: number;
  readonly argument: ArgumentKind;
}

const table: readonly (readonly [string, string, number, ArgumentKind])[] = [
  ['I', 'INT', 0, 'line'],
  ['J', 'BININT', 1, 'int4'],
  ['K', 'BININT1', 1, 'uint1'],
  ['M', 'BININT2', 1, 'uint2'],
  ['L', 'LONG', 0, 'line'],
  ['\x8a', 'LONG1', 2, 'long1'],
  ['\x8b', 'LONG4', 2, 'long4'],
  ['S', 'STRING', 0, 'line'],
  ['T', 'BINSTRING', 1, 'bytes4'],
  ['U', 'SHORT_BINSTRING', 1, 'bytes1'],
  ['B', 'BINBYTES', 3, 'bytes4'],
  ['C', 'SHORT_BINBYTES', 3, 'bytes1'],
  ['\x8e', 'BINBYTES8', 4, 'bytes8'],
  ['\x96', 'BYTEARRAY8', 5, 'bytes8'],
  ['\x97', 'NEXT_BUFFER', 5, 'none'],
  ['\x98', 'READONLY_BUFFER', 5, 'none'],
  ['N', 'NONE', 0, 'none'],
  ['\x88', 'NEWTRUE', 2, 'none'],
  ['\x89', 'NEWFALSE', 2, 'none'],
  ['V', 'UNICODE', 0, 'line'],
  ['\x8c', 'SHORT_BINUNICODE', 4, 'text1'],
  ['X', 'BINUNICODE', 1, 'text4'],
  ['\x8d', 'BINUNICODE8', 4, 'text8'],
  ['F', 'FLOAT', 0, 'line'],
  ['G', 'BINFLOAT', 1, 'float8'],
  [']', 'EMPTY_LIST', 1, 'none'],
  ['a', 'APPEND', 0, 'none'],
  ['e', 'APPENDS', 1, 'none'],
  ['l', 'LIST', 0, 'none'],
  [')', 'EMPTY_TUPLE', 1, 'none'],
  ['t', 'TUPLE', 0, 'none'],
  ['\x85', 'TUPLE1', 2, 'none'],
  ['\x86', 'TUPLE2', 2, 'none'],
  ['\x87', 'TUPLE3', 2, 'none'],
  ['}', 'EMPTY_DICT', 1, 'none'],
  ['d', 'DICT', 0, 'none'],
  ['s', 'SETITEM', 0, 'none'],
  ['u', 'SETITEMS', 1, 'none'],
  ['\x8f', 'EMPTY_SET', 4, 'none'],
  ['\x90', 'ADDITEMS', 4, 'none'],
  ['\x91', 'FROZENSET', 4, 'none'],
  ['0', 'POP', 0, 'none'],
  ['2', 'DUP', 0, 'none'],
  ['(', 'MARK', 0, 'none'],
  ['1', 'POP_MARK', 1, 'none'],
  ['g', 'GET', 0, 'line'],
  ['h', 'BINGET', 1, 'uint1'],
  ['j', 'LONG_BINGET', 1, 'uint4'],
  ['p', 'PUT', 0, 'line'],
  ['q', 'BINPUT', 1, 'uint1'],
  ['r', 'LONG_BINPUT', 1, 'uint4'],
  ['\x94', 'MEMOIZE', 4, 'none'],
  ['\x82', 'EXT1', 2, 'uint1'],
  ['\x83', 'EXT2', 2, 'uint2'],
  ['\x84', 'EXT4', 2, 'int4'],
  ['c', 'GLOBAL', 0, 'twoLines'],
  ['\x93', 'STACK_GLOBAL', 4, 'none'],
  ['R', 'REDUCE', 0, 'none'],
  ['b', 'BUILD', 0, 'none'],
  ['i', 'INST', 0, 'twoLines'],
  ['o', 'OBJ', 1, 'none'],
  ['\x81', 'NEWOBJ', 2, 'none'],
  ['\x92', 'NEWOBJ_EX', 4, 'none'],
  ['\x80', 'PROTO', 2, 'uint1'],
  ['.', 'STOP', 0, 'none'],
  ['\x95', 'FRAME', 4, 'uint8'],
  ['P', 'PERSID', 0, 'line'],
  ['Q', 'BINPERSID', 1, 'none'],
];

/** By their bytes. */
export const opcodes: ReadonlyMap<number, Opcode> = new Map(
  table.map(([text, name, protocol, argument]) => {
    const code = text.charCodeAt(0);
    return [code, Object.freeze({ code, name, protocol, argument })];
  }),
);

/** `BININT1`, or the byte where that is no opcode. */
export function opcodeName(code: number): string {
  return opcodes.get(code)?.name ?? `0x${code.toString(16).padStart(2, '0')}`;
}

export const HIGHEST_PROTOCOL = 5;
export const DEFAULT_PROTOCOL = 5;
