// The entry point asyncio-ts/redis: Redis, where the cancel of a task ends what waits on the server.

export type { Undo } from './blocking.ts';
export type { DriverClient, DriverCommands, RedisArgument } from './driver.ts';
export { LeaseLostError, RedisError, RedisReplyError } from './errors.ts';
export { LeaseKeeper } from './lease.ts';
export type { Lease, LeaseOptions } from './lease.ts';
export { connect, Redis } from './redisClient.ts';
export type { BlockOptions, ConnectOptions } from './redisClient.ts';
export { Subscription } from './subscription.ts';
export type { Heard, SubscribeOptions } from './subscription.ts';
