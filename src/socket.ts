// The entry point `asyncio-ts/socket`: sockets and the numbers that belong to them, as in Python's module.

export { Socket } from './net/socket.ts';
export { socketpair } from './net/socketPair.ts';
export * from './sys/socketConstants.ts';
