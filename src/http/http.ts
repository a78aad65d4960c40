// asyncio-ts/http: an HTTP server and a client whose requests are tasks.

export {};
