// Names of options that nobody knows, and the one that was meant.

import '../harness.ts';
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvalidArgumentError, run } from '../../src/asyncio.ts';
import { checkOptionNames } from '../../src/lowlevel.ts';
import * as http from '../../src/http/http.ts';
import { PreparedStatement } from '../../src/postgres/connection/preparedStatement.ts';
import * as postgres from '../../src/postgres/postgres.ts';
import * as redis from '../../src/redis/redis.ts';
import * as sqlite from '../../src/sqlite/sqlite.ts';
import * as tools from '../../src/tools/tools.ts';
import { root } from '../../scripts/runtime.mjs';
import { onBun, onDeno } from '../commandLine.ts';

test('checkOptionNames: the nearest name is named, and none where none is near', () => {
  const known = Object.fromEntries(
    ['dsn', 'host', 'user', 'password', 'minSize', 'maxSize', 'maxLifetime', 'keepAliveTimeout'].map(
      (name) => [name, 0],
    ),
  );
  const meant: Readonly<Record<string, string>> = {
    max: 'maxSize',
    MAXSIZE: 'maxSize',
    dns: 'dsn',
    hots: 'host',
    usr: 'user',
    pasword: 'password',
    username: 'user',
    hostname: 'host',
    keepAlive: 'keepAliveTimeout',
  };
  for (const [name, near] of Object.entries(meant))
    assert.throws(() => checkOptionNames({ [name]: 1 }, known, 'f'), {
      name: 'InvalidArgumentError',
      argument: name,
      message: `f has no option ${name}; is ${near} meant?`,
    });
  for (const name of ['db', 'x', 'fig', 'connectionString', 'toString', '__proto__x'])
    assert.throws(() => checkOptionNames({ [name]: 1 }, known, 'f'), {
      message: `f has no option ${name}`,
    });
  checkOptionNames({ dsn: 1, max: undefined }, known, 'f');
  checkOptionNames(undefined, known, 'f');
});

type Calls = Readonly<Record<string, (wrong: never) => unknown>>;

const work = (): void => {};
const url = 'http://127.0.0.1:4';
const first = async (all: AsyncIterable<unknown>): Promise<unknown> => {
  for await (const each of all) return each;
  return undefined;
};

const OF_TOOLS: Calls = {
  broadcast: (wrong) => tools.broadcast(wrong),
  circuitBreaker: (wrong) => tools.circuitBreaker(work, wrong),
  coalesce: (wrong) => tools.coalesce(work, wrong),
  debounce: (wrong) => tools.debounce(work, 1, wrong),
  every: (wrong) => tools.every(1, wrong),
  limit: (wrong) => tools.limit(Object.assign({ concurrency: 1 }, wrong)),
  limitFunction: (wrong) => tools.limitFunction(work, Object.assign({ concurrency: 1 }, wrong)),
  makeRetriable: (wrong) => tools.makeRetriable(work, wrong),
  memoize: (wrong) => tools.memoize(work, wrong),
  memoizeMethod: (wrong) => tools.memoizeMethod(wrong),
  pMap: (wrong) => tools.pMap([], work, wrong),
  pMapIterable: (wrong) => tools.pMapIterable([], work, wrong),
  queue: (wrong) => tools.queue(wrong),
  'WorkQueue.add': (wrong) => tools.queue().add(work, wrong),
  'WorkQueue.addAll': (wrong) => tools.queue().addAll([], wrong),
  'WorkQueue.sizeBy': (wrong) => tools.queue().sizeBy(wrong),
  rateLimiter: (wrong) => tools.rateLimiter(wrong),
  retry: (wrong) => tools.retry(work, wrong),
  throttle: (wrong) => tools.throttle(wrong),
  timeout: (wrong) => tools.timeout(work, wrong),
};

const OF_HTTP: Calls = {
  connectWebSocket: (wrong) => http.connectWebSocket('ws://127.0.0.1:4', wrong),
  download: (wrong) => http.download(url, 'nowhere', wrong),
  events: (wrong) => first(http.events(url, wrong)),
  eventStream: (wrong) => http.eventStream([] as never, wrong),
  fetch: (wrong) => http.fetch(url, wrong),
  fileResponse: (wrong) => http.fileResponse('nowhere', new Request(url), wrong),
  'HttpClient.bytes': async (wrong) => (await http.openClient()).bytes(url, wrong),
  'HttpClient.download': async (wrong) => (await http.openClient()).download(url, 'nowhere', wrong),
  'HttpClient.events': async (wrong) => first((await http.openClient()).events(url, wrong)),
  'HttpClient.fetch': async (wrong) => (await http.openClient()).fetch(url, wrong),
  'HttpClient.json': async (wrong) => (await http.openClient()).json(url, wrong),
  'HttpClient.text': async (wrong) => (await http.openClient()).text(url, wrong),
  lines: (wrong) => first(http.lines(new Response(''), wrong)),
  openClient: (wrong) => http.openClient(wrong),
  serve: (wrong) => http.serve(() => new Response(), wrong),
  ...(!onBun && !onDeno && { serveCluster: (wrong) => http.serveCluster(new URL('file:///x.js'), wrong) }),
  staticFolder: (wrong) => http.staticFolder('nowhere', wrong),
  upgradeWebSocket: (wrong) => http.upgradeWebSocket(new Request(url), wrong),
  // What stands in options.
  hedge: (wrong) => http.fetch(url, { hedge: Object.assign({ delay: 1 }, wrong) }),
  retry: (wrong) => http.fetch(url, { retry: wrong }),
};

// Nothing is asked of a server before the names are looked at.
const connection = new postgres.Connection({ session: { checkUsable: () => {} } } as never);
const statement = new PreparedStatement({} as never, {} as never, () => {});
const pool = (): Promise<postgres.Pool> => postgres.createPool('postgres://nobody@127.0.0.1:4/none');
const OF_POSTGRES: Calls = {
  connect: (wrong) => postgres.connect(wrong),
  createPool: (wrong) => postgres.createPool(wrong),
  listen: (wrong) => postgres.listen('a', wrong),
  'Connection.copyFromQuery': (wrong) => connection.copyFromQuery('', wrong),
  'Connection.copyFromTable': (wrong) => connection.copyFromTable('a', wrong),
  'Connection.copyIn': (wrong) => connection.copyIn('', [], wrong),
  'Connection.copyOut': (wrong) => connection.copyOut('', () => {}, wrong),
  'Connection.copyRecordsToTable': (wrong) => connection.copyRecordsToTable('a', wrong),
  'Connection.copyToTable': (wrong) => connection.copyToTable('a', wrong),
  'Connection.cursor': (wrong) => connection.cursor('', [], wrong),
  'Connection.execute': (wrong) => connection.execute('', [], wrong),
  'Connection.executeMany': (wrong) => connection.executeMany('', [], wrong),
  'Connection.fetch': (wrong) => connection.fetch('', [], wrong),
  'Connection.fetchMany': (wrong) => connection.fetchMany('', [], wrong),
  'Connection.fetchRow': (wrong) => connection.fetchRow('', [], wrong),
  'Connection.fetchValue': (wrong) => connection.fetchValue('', [], wrong),
  'Connection.prepare': (wrong) => connection.prepare('', wrong),
  'Connection.reset': (wrong) => connection.reset(wrong),
  'Connection.transaction': (wrong) => connection.transaction(async () => {}, wrong),
  'Cursor.fetch': (wrong) => connection.cursor('').fetch(1, wrong),
  'Cursor.fetchRow': (wrong) => connection.cursor('').fetchRow(wrong),
  'Cursor.forward': (wrong) => connection.cursor('').forward(1, wrong),
  'Pool.acquire': async (wrong) => (await pool()).acquire(wrong),
  'Pool.execute': async (wrong) => (await pool()).execute('', [], wrong),
  'Pool.executeMany': async (wrong) => (await pool()).executeMany('', [], wrong),
  'Pool.fetch': async (wrong) => (await pool()).fetch('', [], wrong),
  'Pool.fetchRow': async (wrong) => (await pool()).fetchRow('', [], wrong),
  'Pool.fetchValue': async (wrong) => (await pool()).fetchValue('', [], wrong),
  'Pool.transaction': async (wrong) => (await pool()).transaction(async () => {}, wrong),
  'PreparedStatement.cursor': (wrong) => statement.cursor([], wrong),
  'PreparedStatement.execute': (wrong) => statement.execute([], wrong),
  'PreparedStatement.executeMany': (wrong) => statement.executeMany([], wrong),
  'PreparedStatement.fetch': (wrong) => statement.fetch([], wrong),
  'PreparedStatement.fetchMany': (wrong) => statement.fetchMany([], wrong),
  'PreparedStatement.fetchRow': (wrong) => statement.fetchRow([], wrong),
  'PreparedStatement.fetchValue': (wrong) => statement.fetchValue([], wrong),
};

const server = new redis.Redis({ client: {} } as never);
const OF_REDIS: Calls = {
  connect: (wrong) => redis.connect(wrong),
  'connect with a URL': (wrong) => redis.connect('redis://127.0.0.1:4', wrong),
  'Redis.blMove': (wrong) => server.blMove('a', 'b', 'LEFT', 'RIGHT', wrong),
  'Redis.blPop': (wrong) => server.blPop('a', wrong),
  'Redis.brPop': (wrong) => server.brPop('a', wrong),
  'Redis.bzPopMax': (wrong) => server.bzPopMax('a', wrong),
  'Redis.bzPopMin': (wrong) => server.bzPopMin('a', wrong),
  'Redis.lock': (wrong) => server.lock('a', wrong),
  'Redis.semaphore': (wrong) => server.semaphore('a', 1, wrong),
  'Redis.subscribe': (wrong) => server.subscribe('a', wrong),
};

let memory: sqlite.Connection;
let database: sqlite.Database;
const ofDatabase = (
  of: string,
  on: () => Pick<sqlite.Connection & sqlite.Database, 'backup' | 'execute' | 'fetchall' | 'fetchone'> &
    Pick<sqlite.Connection, 'createAggregate' | 'createFunction' | 'iterate' | 'transaction'>,
): Calls => ({
  [`${of}.backup`]: (wrong) => on().backup('nowhere', wrong),
  [`${of}.createAggregate`]: (wrong) => on().createAggregate('a', () => ({}) as never, wrong),
  [`${of}.createFunction`]: (wrong) => on().createFunction('a', () => 1, wrong),
  [`${of}.execute`]: (wrong) => on().execute('SELECT 1', [], wrong),
  [`${of}.fetchall`]: (wrong) => on().fetchall('SELECT 1', [], wrong),
  [`${of}.fetchone`]: (wrong) => on().fetchone('SELECT 1', [], wrong),
  [`${of}.iterate`]: (wrong) => first(on().iterate('SELECT 1', [], wrong)),
  [`${of}.transaction`]: (wrong) => on().transaction(work, wrong),
});
const OF_SQLITE: Calls = {
  connect: (wrong) => sqlite.connect(':memory:', wrong),
  openDatabase: (wrong) => sqlite.openDatabase('nowhere', wrong),
  'Connection.prepare': (wrong) => memory.prepare('SELECT 1', wrong),
  ...ofDatabase('Connection', () => memory),
  ...ofDatabase('Database', () => database),
};

const all: Readonly<Record<string, Calls>> = {
  http: OF_HTTP,
  postgres: OF_POSTGRES,
  redis: OF_REDIS,
  sqlite: OF_SQLITE,
  tools: OF_TOOLS,
};

async function refuseAll(calls: Calls): Promise<void> {
  for (const [name, call] of Object.entries(calls))
    await assert.rejects(
      async () => await call({ maxSise: 1 } as never),
      (error: unknown) => {
        assert.ok(error instanceof InvalidArgumentError, `${name}: ${String(error)}`);
        assert.match(error.message, /has no option maxSise/);
        return true;
      },
    );
}

for (const [module, calls] of Object.entries(all))
  test(`${module}: an unknown option is refused by every function that takes options`, () =>
    run(async () => {
      if (module !== 'sqlite') return await refuseAll(calls);
      const folder = mkdtempSync(join(tmpdir(), 'option-names-'));
      try {
        await using one = await sqlite.connect(':memory:', { worker: 'thread' });
        await using many = await sqlite.openDatabase(join(folder, 'x.db'), { worker: 'thread' });
        [memory, database] = [one, many];
        await refuseAll(calls);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }));

/** As the platform's own, which takes what it does not know. */
const OTHERS: readonly string[] = ['http: LightResponse.json'];

test('the calls above are all public functions and methods that take options', () => {
  const missing: string[] = [];
  for (const [module, calls] of Object.entries(all)) {
    const entry = readFileSync(join(root, `src/${module}/${module}.ts`), 'utf8').replaceAll(/'.*'/g, '');
    const isPublic = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(entry);
    const taking = globSync(`src/${module}/**/*.ts`, { cwd: root }).flatMap((file) =>
      takingOptions(readFileSync(join(root, file), 'utf8')).filter((name) =>
        isPublic(name.split('.')[0] as string),
      ),
    );
    assert.ok(taking.length > 8, module);
    for (const name of taking)
      if (!(name in calls) && !OTHERS.includes(`${module}: ${name}`)) missing.push(`${module}: ${name}`);
  }
  // Not there on these hosts.
  const here = onBun || onDeno ? missing.filter((name) => name !== 'http: serveCluster') : missing;
  assert.deepEqual(here, []);
});

/** The names of exported functions, and of methods of exported classes, with a parameter of options. */
function takingOptions(source: string): string[] {
  const found: string[] = [];
  const lines = source.split('\n');
  let owner: string | undefined;
  for (const [at, line] of lines.entries()) {
    if (line === '}') owner = undefined;
    owner = /^export class (\w+)/.exec(line)?.[1] ?? owner;
    const method =
      owner === undefined ? undefined : /^ {2}(?:static )?(?:async )?\*?([a-z]\w*)[<(]/.exec(line);
    const [, name] = method ?? /^export (?:async )?function\*? (\w+)/.exec(line) ?? [];
    if (name === undefined || name === 'constructor') continue;
    // Up to the line that opens the body.
    const end = lines.findIndex((each, index) => index >= at && each.endsWith('{'));
    const parameters = lines.slice(at, end + 1).join(' ');
    if (/\w\??: [^;{}]*(?<!Error)(?:Options|Polic(?:y|ies))\b/.test(parameters))
      found.push(method === undefined ? name : `${owner}.${name}`);
  }
  return found;
}
