// The opcodes that the machine does not run itself, by their bytes: what few pickles have, or few times.

import { parseFloatText } from '../../csv/parseFloatText.ts';
import { ByteArray, FrozenSet } from '../values/containers.ts';
import { decodeEscapes, decodeLong, decodeRawUnicode, decodeUtf8, parseInteger } from './decode.ts';
import { checkHashable, setItems } from './fill.ts';
import type { Machine } from './machine.ts';
import { build, pushGlobal, pushObject } from './objectOpcodes.ts';

type Run = (machine: Machine) => void;

const NEWLINE = 0x0a;

export const rareOpcodes: readonly (Run | undefined)[] = byCode({
  // PROTO
  0x80: (machine) => {
    const protocol = machine.uint1();
    if (protocol > 5) throw machine.error(`protocol ${protocol} is not known`);
    machine.protocol = protocol;
  },
  // FRAME: its bytes must be there, and are run as any.
  0x95: (machine) => {
    const length = machine.uint8();
    const { at } = machine;
    machine.take(length);
    machine.at = at;
  },
  // LONG1, LONG4
  0x8a: (machine) => pushLong(machine, machine.uint1()),
  0x8b: (machine) => {
    const length = machine.uint4();
    if (length > 0x7fff_ffff) throw machine.error('the length of an int is negative');
    pushLong(machine, length);
  },
  // INT, LONG, FLOAT
  0x49: (machine) => {
    const text = line(machine);
    if (text === '00' || text === '01') machine.stack.push(text === '01');
    else machine.pushInt(integer(machine, text));
  },
  0x4c: (machine) => machine.pushInt(integer(machine, line(machine).replace(/L$/, ''))),
  0x46: (machine) => {
    const value = parseFloatText(line(machine));
    if (value === undefined) throw machine.error('its text is no float');
    machine.pushFloat(value);
  },
  // STRING, BINSTRING, SHORT_BINSTRING: of Python 2
  0x53: (machine) => {
    const text = line(machine).trim();
    const [, , inner] = /^(['"])(.*)\1$/s.exec(text) ?? [];
    const bytes = inner === undefined ? undefined : decodeEscapes(inner);
    if (bytes === undefined) throw machine.error('its text is no string in quotes');
    pushOldText(machine, bytes);
  },
  0x54: (machine) => {
    const length = machine.uint4();
    if (length > 0x7fff_ffff) throw machine.error('the length of a string is negative');
    pushOldText(machine, machine.blob(length));
  },
  0x55: (machine) => pushOldText(machine, machine.blob(machine.uint1())),
  // UNICODE, BINUNICODE8
  0x56: (machine) => {
    const text = decodeRawUnicode(line(machine));
    if (text === undefined) throw machine.error('its text has an escape that is none');
    machine.stack.push(text);
  },
  0x8d: (machine) => void machine.stack.push(machine.text(machine.uint8())),
  // SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8
  0x43: (machine) => void machine.stack.push(machine.blob(machine.uint1())),
  0x42: (machine) => void machine.stack.push(machine.blob(machine.uint4())),
  0x8e: (machine) => void machine.stack.push(machine.blob(machine.uint8())),
  0x96: (machine) => {
    const length = machine.uint8();
    const start = machine.take(length);
    machine.stack.push(new ByteArray(machine.bytes.subarray(start, start + length)));
  },
  // NEXT_BUFFER, READONLY_BUFFER: views are not made read-only here.
  0x97: pushBuffer,
  0x98: (machine) => {
    if (!(machine.top() instanceof Uint8Array)) throw machine.error('what is to be read-only is no buffer');
  },
  // LIST, DICT, EMPTY_SET, FROZENSET
  0x6c: (machine) => {
    const start = machine.popMark();
    machine.stack.push(machine.stack.splice(start));
  },
  0x64: (machine) => {
    const start = machine.popMark();
    machine.stack.splice(start, 0, machine.settings.objects ? {} : new Map());
    setItems(machine, start + 1);
  },
  0x8f: (machine) => void machine.stack.push(new Set()),
  0x91: (machine) => {
    const items = machine.stack.splice(machine.popMark());
    for (const item of items) checkHashable(machine, item);
    machine.stack.push(new FrozenSet(items));
  },
  // POP, POP_MARK, DUP
  0x30: (machine) => {
    if (machine.stack.length === machine.fence && machine.marks.length > 0) machine.popMark();
    else machine.pop();
  },
  0x31: (machine) => {
    machine.stack.length = machine.popMark();
  },
  0x32: (machine) => void machine.stack.push(machine.top()),
  // GET, PUT
  0x67: (machine) => void machine.stack.push(machine.get(index(machine))),
  0x70: (machine) => machine.put(index(machine), machine.top()),
  // EXT1, EXT2, EXT4
  0x82: (machine) => pushExtension(machine, machine.uint1()),
  0x83: (machine) => pushExtension(machine, machine.bytes.readUInt16LE(machine.take(2))),
  0x84: (machine) => pushExtension(machine, machine.uint4()),
  // GLOBAL, STACK_GLOBAL
  0x63: (machine) => {
    const [module, name] = twoLines(machine);
    pushGlobal(machine, module, name);
  },
  0x93: (machine) => {
    const start = machine.below(2);
    const [module, name] = machine.stack.splice(start);
    if (typeof module !== 'string' || typeof name !== 'string')
      throw machine.error('the name of a class is no text');
    pushGlobal(machine, module, name);
  },
  // INST, OBJ, REDUCE, NEWOBJ, NEWOBJ_EX, BUILD
  0x69: (machine) => {
    const [module, name] = twoLines(machine);
    const args = machine.stack.splice(machine.popMark());
    pushGlobal(machine, module, name);
    pushObject(machine, machine.stack.pop(), args, undefined, false);
  },
  0x6f: (machine) => {
    const [type, ...args] = machine.stack.splice(machine.popMark());
    pushObject(machine, type, args, undefined, false);
  },
  0x52: (machine) => {
    const [type, args] = machine.stack.splice(machine.below(2));
    pushObject(machine, type, args, undefined, false);
  },
  0x81: (machine) => {
    const [type, args] = machine.stack.splice(machine.below(2));
    pushObject(machine, type, args, undefined, true);
  },
  0x92: (machine) => {
    const [type, args, kwargs] = machine.stack.splice(machine.below(3));
    pushObject(machine, type, args, kwargs, true);
  },
  0x62: build,
  // PERSID, BINPERSID
  0x50: (machine) => pushPersistent(machine, line(machine)),
  0x51: (machine) => pushPersistent(machine, machine.pop()),
});

function byCode(table: Readonly<Record<number, Run>>): readonly (Run | undefined)[] {
  return Array.from({ length: 256 }, (_, code) => table[code]);
}

/** Up to the end of the line, each byte a character. */
function line(machine: Machine): string {
  const { at } = machine;
  const found = machine.bytes.indexOf(NEWLINE, at);
  const end = found < 0 || found >= machine.end ? -1 : found;
  // A line whose end is not there yet needs a byte more than there are.
  machine.take(end < 0 ? machine.end - at + 1 : end + 1 - at);
  return machine.bytes.toString('latin1', at, end);
}

function twoLines(machine: Machine): [string, string] {
  const texts: [string, string] = [line(machine), line(machine)];
  return texts.map((text) => Buffer.from(text, 'latin1').toString()) as [string, string];
}

function integer(machine: Machine, text: string): number | bigint {
  const value = parseInteger(text);
  if (value === undefined) throw machine.error('its text is no int, or one of more than 4300 digits');
  return value;
}

function index(machine: Machine): number {
  const value = integer(machine, line(machine));
  if (typeof value !== 'number' || value < 0) throw machine.error('the memo has no such place');
  return value;
}

/** V8's bigints end there; others have theirs not far away. */
const MOST_BYTES = 2 ** 27 - 1;

function pushLong(machine: Machine, length: number): void {
  const start = machine.take(length);
  if (length > MOST_BYTES) throw machine.error('an int is longer than a bigint can be', 'limit');
  machine.pushInt(decodeLong(machine.bytes, start, length));
}

function pushOldText(machine: Machine, bytes: Buffer): void {
  const { encoding } = machine.settings;
  if (encoding === 'bytes') return void machine.stack.push(bytes);
  if (encoding === 'latin1') return void machine.stack.push(bytes.toString('latin1'));
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text === undefined || (encoding === 'ascii' && /[^\0-\x7f]/.test(text)))
    throw machine.error(`a string of Python 2 is not in ${encoding}: say the encoding, or 'bytes'`);
  machine.stack.push(text);
}

function pushBuffer(machine: Machine): void {
  const { buffers } = machine.settings;
  if (buffers === undefined) throw machine.error('the pickle has left out buffers: give them in buffers');
  const { done, value } = buffers.next();
  if (done === true) throw machine.error('the pickle has left out more buffers than were given');
  if (!(value instanceof Uint8Array)) throw machine.error('a buffer that was given is no Uint8Array');
  machine.stack.push(value);
}

function pushExtension(machine: Machine, code: number): void {
  const { extensions } = machine.settings;
  const name = extensions !== undefined && Object.hasOwn(extensions, code) ? extensions[code] : undefined;
  if (code === 0 || typeof name !== 'string')
    throw machine.error(`extension ${code} is not known: give it in extensions`, 'forbidden');
  const at = name.lastIndexOf('.');
  pushGlobal(machine, name.slice(0, at), name.slice(at + 1));
}

function pushPersistent(machine: Machine, id: unknown): void {
  const { persistentLoad } = machine.settings;
  if (persistentLoad === undefined)
    throw machine.error('the pickle has a persistent id: give persistentLoad', 'forbidden');
  const value = persistentLoad(id);
  if (value === undefined) throw machine.error('persistentLoad returned nothing', 'class');
  machine.stack.push(value);
}
