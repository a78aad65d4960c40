// Where to connect, as whom and how: from options, a URL and the environment, in this order.

import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { InvalidArgumentError } from '../../asyncio.ts';
import type { Driver, DriverParameters } from './driver.ts';

/** Where to connect, as whom and how. What is not given comes from the URL, then from the environment (`PGHOST`, `PGPORT`,
 * `PGUSER`, `PGPASSWORD`, `PGDATABASE`, `PGSSLMODE`), then from the driver's defaults.
 * @example
 * ```ts
 * import type { ConnectOptions } from 'asyncio-ts/postgres';
 * const options: ConnectOptions = { dsn: 'postgres://app@db.local/shop', ssl: true, commandTimeout: 30_000 };
 * console.log(options.ssl); // -> true
 * ```
 */
export interface ConnectOptions {
  /** `postgres://user:password@host:port/database?sslmode=verify-full`. */
  dsn?: string | undefined;
  /** A name, an address, or the folder of a Unix socket. */
  host?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  /** Or a function that returns it, asked for each connection: for tokens that expire. */
  password?: string | (() => string | Promise<string>) | undefined;
  database?: string | undefined;
  /** TLS: true checks the certificate; options of `node:tls` (`ca`, `cert`, `key`, `rejectUnauthorized`) say how. */
  ssl?: boolean | TlsOptions | undefined;
  /** What pg_stat_activity shows. */
  applicationName?: string | undefined;
  /** Settings of the session, as `SET` has them: `{ search_path: 'shop', statement_timeout: '5s' }`. */
  serverSettings?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Milliseconds until a connection must stand; 60,000 by default. */
  timeout?: number | undefined;
  /** Milliseconds that an operation may take where it is not told otherwise; none by default. */
  commandTimeout?: number | undefined;
  /** Milliseconds for the server to end a query that was cancelled; then the connection is cut. 5,000 by default. */
  cancelTimeout?: number | undefined;
  /** How many prepared statements are kept for each connection; 100 by default, 0 keeps none, as a proxy that gives each
   * transaction another connection needs it. */
  statementCacheSize?: number | undefined;
  /** What columns of a type are read as, by the type's number: a function of the server's text. */
  types?: Readonly<Record<number, (text: string) => unknown>> | undefined;
}

/** All names. */
export const CONNECT_NAMES: Readonly<Record<keyof ConnectOptions, true>> = {
  dsn: true,
  host: true,
  port: true,
  user: true,
  password: true,
  database: true,
  ssl: true,
  applicationName: true,
  serverSettings: true,
  timeout: true,
  commandTimeout: true,
  cancelTimeout: true,
  statementCacheSize: true,
  types: true,
};

/** The options, checked, with their defaults. */
export interface Settings {
  readonly driverConfig: Readonly<Record<string, unknown>>;
  readonly parameters: DriverParameters;
  readonly timeout: number;
  readonly commandTimeout: number | undefined;
  readonly cancelTimeout: number;
  readonly statementCacheSize: number;
  readonly types: ReadonlyMap<number, (text: string) => unknown>;
}

/** What a URL may say besides. */
const FROM_URL: readonly string[] = [
  'application_name',
  'options',
  'sslnegotiation',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
];

const DEFAULTS = { timeout: 60_000, cancelTimeout: 5000, statementCacheSize: 100 };

/** @throws InvalidArgumentError for what can't be used */
export function settingsOf(driver: Driver, given: string | ConnectOptions): Settings {
  const options = typeof given === 'string' ? { dsn: given } : given;
  check(options);
  const fromUrl = readUrl(driver, options.dsn);
  const { ssl } = options;
  const driverConfig = {
    ...fromUrl,
    ...defined({
      host: options.host,
      port: options.port,
      user: options.user,
      database: options.database,
      password: options.password,
    }),
    ssl: ssl ?? fromUrl['ssl'] ?? undefined,
    application_name: options.applicationName ?? fromUrl['application_name'] ?? 'asyncio-ts',
    options: [fromUrl['options'], ...settingsAsOptions(options.serverSettings)].filter(Boolean).join(' '),
    keepAlive: true,
  };
  return {
    driverConfig,
    parameters: new driver.Client(driverConfig).connectionParameters,
    timeout: options.timeout ?? DEFAULTS.timeout,
    commandTimeout: options.commandTimeout,
    cancelTimeout: options.cancelTimeout ?? DEFAULTS.cancelTimeout,
    statementCacheSize: options.statementCacheSize ?? DEFAULTS.statementCacheSize,
    types: new Map(Object.entries(options.types ?? {}).map(([type, decode]) => [Number(type), decode])),
  };
}

/** The driver lets a URL override the rest; here it is the other way round, so it is read for itself. */
function readUrl(driver: Driver, dsn: string | undefined): Record<string, unknown> {
  if (dsn === undefined) return {};
  let parameters: DriverParameters;
  try {
    if (!/^postgres(ql)?:\/\//.test(dsn) && !dsn.startsWith('socket:'))
      throw new Error('no postgres:// URL');
    ({ connectionParameters: parameters } = new driver.Client({ connectionString: dsn }));
  } catch (cause) {
    throw new InvalidArgumentError('dsn', 'dsn is a URL: postgres://user:password@host:port/database', {
      cause,
    });
  }
  const { user, database, host, port, password, ssl } = parameters;
  const more = parameters as unknown as Record<string, unknown>;
  return {
    ...defined({ user, database, host, port, password, ssl }),
    ...defined(Object.fromEntries(FROM_URL.map((name) => [name, more[name]]))),
  };
}

function settingsAsOptions(settings: NonNullable<ConnectOptions['serverSettings']> = {}): string[] {
  return Object.entries(settings).map(([name, value]) => {
    if (!/^[\w.]+$/.test(name)) {
      throw new InvalidArgumentError('serverSettings', `'${name}' is no name of a setting`);
    }
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new InvalidArgumentError('serverSettings', `${name} is set to a text, not to ${String(value)}`);
    }
    return `-c ${name}=${String(value).replaceAll(/[\\\s]/g, (special) => `\\${special}`)}`;
  });
}

function check(options: ConnectOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgumentError('options', 'connect takes a URL or an object of options');
  }
  const { port, host, statementCacheSize: cache } = options;
  for (const name of ['timeout', 'commandTimeout', 'cancelTimeout'] as const) {
    const value = options[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      throw new InvalidArgumentError(
        name,
        `${name} is a time in milliseconds from 0 on, not ${String(value)}`,
      );
    }
  }
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new InvalidArgumentError('port', `port is a number from 1 to 65535, not ${String(port)}`);
  }
  if (host !== undefined && typeof host !== 'string') {
    throw new InvalidArgumentError('host', 'host is a name, an address, or the folder of a Unix socket');
  }
  if (cache !== undefined && !(Number.isInteger(cache) && cache >= 0)) {
    throw new InvalidArgumentError('statementCacheSize', 'statementCacheSize is a whole number from 0 on');
  }
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}
