// The entry point `asyncio-ts/socket`: sockets and the numbers that belong to them, as in Python's module.

export { Socket } from './net/socket/socket.ts';
export { socketpair } from './net/socket/socketPair.ts';
export * from './sys/libc/socketConstants.ts';
