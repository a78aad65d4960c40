// The entry point `asyncio-ts/inspect`: looking at live programs, and recording what a program does.

export {};
