// Python's json module, by its names in camelCase: the namespace `json` of `asyncio-ts/formats`.
//
// 1. What Python writes as one word (`skipkeys`, `iterencode`) is one word here.
// 2. Ints and floats: a number that is a safe integer is an int, any other a float, a bigint an int, a Float a float. What
//    is read as an int is a number while it is safe, and a bigint beyond.
// 3. What is not in Python's module stands for what its users write themselves: `items`, `entries`, `values` and
//    `dumpItems` for documents that are too large, or too many, to be held.

export { JSONEncodeError } from './dumpOptions.ts';
export type { DumpOptions } from './dumpOptions.ts';
export { dumpsJson as dumps, iterencode } from './dumps.ts';
export { JSONDecodeError } from './jsonDecodeError.ts';
export type { DocumentPlace } from './jsonDecodeError.ts';
export { loadsJson as loads, rawDecode } from './loads.ts';
export type { LoadOptions } from './loadOptions.ts';
