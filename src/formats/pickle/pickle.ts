// The namespace `pickle` of `asyncio-ts/formats`: Python's pickle, protocols 0 to 5.
//
// 1. Reading runs nothing: what a pickle names is made by a table of classes, or refused.
// 2. What Python tells apart and JavaScript does not has a class here: Tuple, ByteArray, FrozenSet, Float, DateTime …
// 3. What is read and written again is the same pickle.

export { loadPickle as loads } from './loads.ts';
export { dumpPickle as dumps, dumpPickleTo as dump, Pickler } from './dumps.ts';
export type { PickleTarget } from './dumps.ts';
export { loadPickleFrom as load, loadPickles as loadAll, Unpickler } from './unpickler.ts';
export type { PickleReadable, PickleSource, UnpicklerOptions } from './unpickler.ts';
export type { LoadOptions, PickleLimits } from './read/loadOptions.ts';
export type { DumpOptions } from './write/dumpOptions.ts';
export type { PickleClass, PickleClasses, Reduction } from './classes/pickleClass.ts';
export { dis } from './inspect/dis.ts';
export { genops } from './inspect/genops.ts';
export type { Operation } from './inspect/genops.ts';
export type { ArgumentKind, Opcode } from './opcodes.ts';
export { enumeration, namedTuple } from './classes/named.ts';
export type { EnumMember, NamedTuple } from './classes/named.ts';
export { PicklingError, UnpicklingError } from './pickleErrors.ts';
export type { UnpicklingReason } from './pickleErrors.ts';
export { DEFAULT_PROTOCOL, HIGHEST_PROTOCOL } from './opcodes.ts';
export {
  ByteArray,
  Counter,
  DefaultDict,
  PickledDeque as Deque,
  FrozenSet,
  OrderedDict,
  PickleBuffer,
  PickledGlobal,
  PickledObject,
  Tuple,
} from './values/containers.ts';
export { Complex, Decimal, Fraction, PurePath, Range, Slice, Uuid } from './values/numbers.ts';
export type { PathKind } from './values/numbers.ts';
export { DateOnly, DateTime, TimeDelta, TimeOnly, TimeZone, UTC } from './values/dates.ts';
export type { DateTimeFields } from './values/dates.ts';
