// asyncio-ts/postgres: Postgres, where the cancel of a task reaches the server.

export {};
