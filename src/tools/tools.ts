// The entry point asyncio-ts/tools: limits, queues, retries and caches in the shapes that people use, each with a cancel
// that works and nothing that never settles.

export { broadcast, Broadcast, ChannelClosedError, Subscription } from './broadcast.ts';
export type { BroadcastOptions } from './broadcast.ts';
export { circuitBreaker, CircuitBreaker, CircuitOpenError } from './circuitBreaker.ts';
export type { CircuitEvent, CircuitOptions } from './circuitBreaker.ts';
export { coalesce } from './coalesce.ts';
export type { CoalesceOptions } from './coalesce.ts';
export { debounce } from './debounce.ts';
export type { DebounceOptions } from './debounce.ts';
export type { Items } from './eachOf.ts';
export { every } from './every.ts';
export type { EveryOptions } from './every.ts';
export { limit, limitFunction } from './limit.ts';
export type { Limit, LimitOptions } from './limit.ts';
export { memoize, memoizeClear, memoizeMethod } from './memoize.ts';
export type { MemoizeCache, MemoizeOptions } from './memoize.ts';
export { pMap, pMapIterable, pMapSkip } from './pMap.ts';
export type { MapIterableOptions, Mapped, MapOptions } from './pMap.ts';
export { AbortError, makeRetriable, retry } from './retry.ts';
export type { FailedAttempt, RetryOptions } from './retry.ts';
export { mutex, Mutex, semaphore, WeightedSemaphore } from './semaphore.ts';
export type { Releaser } from './semaphore.ts';
export type { AddOptions, QueueEvent, QueueOptions, RunningWork } from './queueOptions.ts';
export { RateLimiter, rateLimiter, throttle } from './throttle.ts';
export type { Throttled, ThrottleOptions } from './throttle.ts';
export { timeout } from './timeout.ts';
export type { TimedTask, TimeoutOptions } from './timeout.ts';
export { queue, WorkQueue } from './workQueue.ts';
