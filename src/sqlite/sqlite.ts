// asyncio-ts/sqlite: SQLite on a thread of its own.

export {};
