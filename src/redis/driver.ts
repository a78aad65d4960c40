// What we use of the driver, node-redis (`redis`): connections that come back, its parser, its queue of commands.

/** @ts-ignore where the package is not installed its type is `any`, and DriverCommands that of what is used here */
import type { RedisClientType } from 'redis';
import { RedisError } from './errors.ts';

/** What a command consists of. */
export type RedisArgument = Buffer | string;

/** Options of one command. */
export interface CommandOptions {
  readonly abortSignal?: AbortSignal;
  /** What becomes of a type of reply; bulk strings are `36`. */
  readonly typeMapping?: Record<number, unknown>;
}

/** A client of the driver, as far as we use it. */
export interface DriverClient {
  readonly isReady: boolean;
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  close(): Promise<unknown>;
  destroy(): void;
  duplicate(options?: Record<string, unknown>): DriverClient;
  withAbortSignal(signal: AbortSignal): DriverClient;
  sendCommand(args: readonly RedisArgument[], options?: CommandOptions): Promise<unknown>;
  subscribe(channels: readonly string[], listener: Listener): Promise<void>;
  unsubscribe(channels: readonly string[], listener: Listener): Promise<void>;
  pSubscribe(patterns: readonly string[], listener: Listener): Promise<void>;
  pUnsubscribe(patterns: readonly string[], listener: Listener): Promise<void>;
  on(
    event: 'connect' | 'end' | 'error' | 'ready' | 'reconnecting',
    listener: (detail: unknown) => void,
  ): unknown;
  ref(): void;
  unref(): void;
}

/** The driver's own client, with all of its commands, where the package `redis` is installed. */
export type DriverCommands = 0 extends RedisClientType & 1 ? DriverClient : RedisClientType;

export type Listener = (message: string, channel: string) => void;

export interface Driver {
  createClient(options: Record<string, unknown>): DriverClient;
  readonly ErrorReply: new () => Error;
}

let loaded: Driver | undefined;

/** @throws RedisError when it is not installed */
export async function loadDriver(): Promise<Driver> {
  if (loaded !== undefined) return loaded;
  try {
    const module = (await import('redis')) as unknown as Driver & { default?: Driver };
    loaded = typeof module.createClient === 'function' ? module : (module.default as Driver);
    return loaded;
  } catch (cause) {
    throw new RedisError('asyncio-ts/redis needs the package redis: npm install redis', { cause });
  }
}
