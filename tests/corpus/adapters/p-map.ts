// p-map: wrong arguments fail its promise, and its option `signal` fails with the signal's reason.

import { pMap } from 'asyncio-ts/tools';
import type { Items, MapOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';

export { pMapIterable, pMapSkip } from 'asyncio-ts/tools';

export async function entry<Item, T>(
  items: Items<Item>,
  mapper: (item: Item, index: number) => T,
  options: MapOptions = {},
): Promise<unknown[]> {
  return await asAborted(() => pMap(items, mapper, options), options.signal);
}
