// Connecting.

import { loadDriver } from '../wire/driver.ts';
import { Session, where } from '../wire/session.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import { CONNECT_NAMES, settingsOf } from '../wire/settings.ts';
import type { ConnectOptions } from '../wire/settings.ts';
import { within } from '../wire/within.ts';
import { Backend } from './backend.ts';
import { Connection } from './connection.ts';

/** Makes a backend for these options; a pool and a listener make many. */
export async function openBackend(options: string | ConnectOptions): Promise<Backend> {
  const driver = await loadDriver();
  const settings = settingsOf(driver, options);
  const { timeout } = settings;
  const session = await within(
    timeout,
    () => Session.open(driver, settings),
    () => `no connection to ${where(settings)} within ${timeout} ms`,
  );
  return new Backend(driver, session);
}

/** Connects to a server. A cancel ends the attempt, and nothing is left of it.
 * @param options a URL, or where and as whom; what is missing comes from the environment, as with psql
 * @throws OSError when nobody listens there; InvalidPasswordError, InvalidCatalogNameError and other PostgresErrors as the
 * server says; TimeoutError; InterfaceError when the package `pg` is not installed
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using connection = await connect({ applicationName: 'example', timeout: 5000 });
 *   console.log(await connection.fetchValue('SHOW application_name')); // -> example
 * });
 * ```
 */
export async function connect(options: string | ConnectOptions = {}): Promise<Connection> {
  if (typeof options === 'object') checkOptionNames(options, CONNECT_NAMES, 'connect');
  return new Connection(await openBackend(options));
}
