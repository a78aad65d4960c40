// asyncio-ts/tools: limits, queues, retries and caches in the shapes that people use, each with a cancel that works.

export {};
