// What we use of the driver, node-postgres (`pg`): its way in (start-up, TLS, passwords, SCRAM), its parser and serializer.
// What a query says to the server and hears from it is ours (exchange.ts), through the driver's door for that, `query()`
// with an object that has `submit` and a method for each message.

import type { Socket } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { InterfaceError } from '../errors/interfaceError.ts';

/** A column of a result. */
export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** A value of a parameter as it is sent. */
export type Sent = string | Buffer | null;

/** The messages of the protocol, as the driver writes them. */
export interface Wire {
  readonly stream: Socket;
  query(text: string): void;
  parse(message: { name: string; text: string }): void;
  describe(message: { type: 'S' | 'P'; name: string }): void;
  bind(message: { portal: string; statement: string; values: readonly Sent[] }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: 'S' | 'P'; name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  on<M>(event: string, listener: (message: M) => void): void;
}

/** A message that reports an error or a notice, as the driver reads it. */
export interface ReportMessage {
  readonly message: string;
  readonly severity?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly internalPosition?: string;
  readonly internalQuery?: string;
  readonly where?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
  /** The server's function that reported it. */
  readonly routine?: string;
}

/** What the driver wants of an object that takes part in the protocol. */
export interface Submittable {
  submit(wire: Wire): void;
}

/** What a notification looks like in the driver. */
export interface NotificationMessage {
  readonly channel: string;
  readonly payload: string;
  readonly processId: number;
}

/** Where and as whom; read from a URL and the environment by the driver. */
export interface DriverParameters {
  readonly user?: string;
  readonly database?: string;
  readonly host: string;
  readonly port: number;
  readonly password?: unknown;
  readonly ssl?: boolean | TlsOptions;
}

export interface DriverClient {
  readonly connection: Wire;
  readonly connectionParameters: DriverParameters;
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | TlsOptions;
  connect(): Promise<unknown>;
  query(submittable: Submittable): unknown;
  on<M>(event: 'error' | 'notice' | 'notification', listener: (message: M) => void): void;
  end(): Promise<void>;
  ref(): void;
  unref(): void;
}

/** How the text of a value is read. */
export type Decode = (text: string) => unknown;

export interface Driver {
  Client: new (config: Record<string, unknown>) => DriverClient;
  types: { getTypeParser(type: number, format: 'text'): Decode };
}

let loaded: Driver | undefined;

/** @throws InterfaceError when it is not installed */
export async function loadDriver(): Promise<Driver> {
  if (loaded !== undefined) return loaded;
  try {
    const module = (await import('pg')) as unknown as Driver & { default?: Driver };
    loaded = module.default ?? module;
    return loaded;
  } catch (cause) {
    const why =
      (cause as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' ? '' : `, and can't load it (${cause})`;
    throw new InterfaceError(`asyncio-ts/postgres needs the package pg${why}: npm install pg`, { cause });
  }
}
