// Python's json module, by its names in camelCase: the namespace `json` of `asyncio-ts/formats`.
//
// 1. What Python writes as one word (`skipkeys`, `iterencode`) is one word here.
// 2. Ints and floats: a number that is a safe integer is an int, any other a float, a bigint an int, a Float a float. What
//    is read as an int is a number while it is safe, and a bigint beyond.
// 3. What is not in Python's module stands for what its users write themselves: `items`, `entries`, `values` and
//    `dumpItems` for documents that are too large, or too many, to be held.
// 4. Dicts: objects that are of no class, and Maps. What is read is an object, whose names that are numbers the language
//    puts first; with `dicts: 'map'`, and with `objectPairsHook`, they stay in their order.
// 5. Whatever is asked of the host's JSON gives the same result as ours would: it is faster, and nothing else.
// 6. Depth is a limit that is told, both ways, and never an overflow of the stack.

export { JSONEncodeError } from './dumpOptions.ts';
export type { JsonDumpOptions as DumpOptions } from './dumpOptions.ts';
export { dumpsJson as dumps, iterencode } from './dumps.ts';
export { JSONDecodeError } from './jsonDecodeError.ts';
export type { DocumentPlace } from './jsonDecodeError.ts';
export { loadsJson as loads, rawDecode } from './loads.ts';
export type { JsonLoadOptions as LoadOptions } from './loadOptions.ts';
export { dumpItems, dumpJson as dump, entries, items, loadJson as load, values } from './streams.ts';
export type { JsonStreamOptions as StreamOptions } from './streams.ts';
export type { PulledValues } from '../source/pulledValues.ts';
