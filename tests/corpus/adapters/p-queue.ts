// p-queue: a class of its own name, with what an emitter has besides.

import { WorkQueue } from 'asyncio-ts/tools';

class PQueue extends WorkQueue {}

export { PQueue as entry };
