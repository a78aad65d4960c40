// asyncio-ts/redis: Redis, where the cancel of a task ends what waits on the server.

export {};
