// A real Postgres for tests, one for each file that asks for it:
//
//   const postgres = startPostgres();            // at the top of the file; `before` starts it, `after` ends it
//   test('…', needsPostgres, async () => { … postgres.url … });
//
// 1. Where no server is installed, `needsPostgres` skips the test by name and says what is missing. A server is what
//    lies in /usr/lib/postgresql/*/bin (apt install postgresql) or in the folder that PG_BIN names.
// 2. The server refuses to run as root: then it runs as the user postgres, or else as nobody.
// 3. It listens on a socket in its own temporary folder and on a free port of 127.0.0.1. It keeps nothing safe from a
//    crash of the machine, so it is fast; `initdb` runs once, and each server gets a copy of what that made.
// 4. It dies with the process that started it, whatever ends that one.
// 5. Everybody is trusted, but the user `secret` on 127.0.0.1, whose password is `sesame` (SCRAM).

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess, SpawnSyncReturns } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before } from 'node:test';

const ROOT = '/usr/lib/postgresql';
const STARTED_WITHIN = 20_000;
const HBA = `local all all trust
host all secret 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
`;
const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '60',
  shared_buffers: '16MB',
  logging_collector: 'off',
  jit: 'off',
};

/** The folder with the server's programs, where there is one. */
const bin = findPrograms();

/** Options for a test that needs a server: it is skipped, with the reason, where none is installed. */
export const needsPostgres: { readonly skip: string | false } = {
  skip:
    bin === undefined &&
    `needs a PostgreSQL server: apt install postgresql, or set PG_BIN (not in ${ROOT})`,
};

export interface PostgresOptions {
  /** Settings of the server beside those that make it fast. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The files of a certificate and its key: the server speaks TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A server for the tests of this file: it is started before the first of them and ends after the last. */
export function startPostgres(options: PostgresOptions = {}): PostgresServer {
  const server = new PostgresServer(options);
  if (bin === undefined) return server;
  before(() => server.start());
  after(() => server.close());
  return server;
}

export class PostgresServer {
  readonly #options: PostgresOptions;
  #folder = '';
  #port = 0;
  #child: ChildProcess | undefined;

  constructor(options: PostgresOptions) {
    this.#options = options;
  }

  readonly user: string = 'postgres';
  readonly database: string = 'postgres';
  /** The folder of its socket; what libpq takes as a host. */
  get host(): string {
    return this.#folder;
  }
  get port(): number {
    return this.#port;
  }
  /** Of the whole server; its backends' are in pg_stat_activity. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }
  /** The way in by TCP. */
  get url(): string {
    return `postgres://${this.user}@127.0.0.1:${this.#port}/${this.database}`;
  }
  /** Where it writes what it has to say. */
  get logFile(): string {
    return join(this.#folder, 'log');
  }

  /** The way in by TCP for another user. */
  urlOf(user: string, password?: string): string {
    return `postgres://${user}${password === undefined ? '' : `:${password}`}@127.0.0.1:${this.#port}/${this.database}`;
  }

  /** Starts it, the first time or after a stop: on the same port, with the same data. */
  async start(): Promise<void> {
    const isNew = this.#folder === '';
    if (isNew) {
      this.#folder = makeFolder('asyncio-ts-pg-');
      cpSync(templateData(), join(this.#folder, 'data'), { recursive: true });
      chmodSync(join(this.#folder, 'data'), 0o700);
      this.#port = await freePort();
      this.#configure();
      own(this.#folder);
    }
    const log = openSync(this.logFile, 'a');
    const [command, args] = asServerUser(program('postgres'), ['-D', join(this.#folder, 'data')], true);
    const child = spawn(command, args, { stdio: ['ignore', log, log], cwd: this.#folder, detached: true });
    closeSync(log);
    child.unref();
    this.#child = child;
    await this.#ready(child);
  }

  /** Ends it: `fast` cuts the connections and tidies up, `immediate` is a crash, `smart` waits for the clients. */
  async stop(mode: 'smart' | 'fast' | 'immediate' = 'fast'): Promise<void> {
    await this.kill({ smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' }[mode] as NodeJS.Signals);
  }

  async restart(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  /** Sends the server a signal that ends it, and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.exitCode === null && child.signalCode === null) {
      child.ref();
      child.kill(signal);
      await ended;
    }
  }

  /** Stops the server and all its backends with SIGSTOP: connections are still accepted by the kernel, nobody answers. */
  pause(): void {
    this.#signalAll('SIGSTOP');
  }

  resume(): void {
    this.#signalAll('SIGCONT');
  }

  /** What psql says to a command, without frills: `a|b` for a row. */
  psql(sql: string, input?: string): string {
    const args = [
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      this.#folder,
      '-p',
      `${this.#port}`,
    ];
    const found = existsSync(program('psql')) ? program('psql') : 'psql';
    const result = spawnSync(found, [...args, '-U', this.user, '-d', this.database, '-c', sql], {
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 30,
    });
    check(result, 'psql');
    return result.stdout.trimEnd();
  }

  /** The bytes that psql writes for a `\\copy … TO STDOUT`. */
  copyOut(command: string): Buffer {
    const args = [
      '-X',
      '-q',
      '-h',
      this.#folder,
      '-p',
      `${this.#port}`,
      '-U',
      this.user,
      '-d',
      this.database,
    ];
    const result = spawnSync('psql', [...args, '-c', command], { maxBuffer: 1 << 30 });
    if (result.status !== 0) throw new Error(`psql failed: ${result.stderr.toString()}`);
    return result.stdout;
  }

  async close(): Promise<void> {
    if (this.#child !== undefined) this.resume();
    await this.stop('immediate');
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true });
  }

  #configure(): void {
    const data = join(this.#folder, 'data');
    const settings: Record<string, string> = {
      ...SETTINGS,
      unix_socket_directories: this.#folder,
      listen_addresses: '127.0.0.1',
      port: `${this.#port}`,
      ...this.#options.settings,
    };
    if (this.#options.tls !== undefined) {
      copyFileSync(this.#options.tls.certificate, join(data, 'server.crt'));
      copyFileSync(this.#options.tls.key, join(data, 'server.key'));
      chmodSync(join(data, 'server.key'), 0o600);
      settings['ssl'] = 'on';
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(join(data, 'postgresql.auto.conf'), lines.join(''));
    writeFileSync(join(data, 'pg_hba.conf'), HBA);
  }

  /** The server writes its state into its pid file, for pg_ctl. */
  async #ready(child: ChildProcess): Promise<void> {
    const file = join(this.#folder, 'data', 'postmaster.pid');
    const deadline = performance.now() + STARTED_WITHIN;
    for (;;) {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      if (lines[0] === `${child.pid}` && lines[7]?.trim() === 'ready') return;
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) {
        throw new Error(`the server did not start:\n${readFileSync(this.logFile, 'utf8').slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #signalAll(signal: NodeJS.Signals): void {
    const pids = [this.pid, ...childrenOf(this.pid)];
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended meanwhile.
      }
    }
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function findPrograms(): string | undefined {
  const named = process.env['PG_BIN'];
  if (named !== undefined) return existsSync(join(named, 'postgres')) ? named : undefined;
  if (!existsSync(ROOT)) return undefined;
  return readdirSync(ROOT)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(ROOT, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

function program(name: string): string {
  return join(bin as string, name);
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Whom the server runs as, when that can't be us. */
const serverUser: User | undefined = process.getuid?.() === 0 ? findUser() : undefined;

function findUser(): User {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (found === undefined)
    throw new Error('a PostgreSQL server does not run as root, and there is nobody else');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

function asServerUser(path: string, args: string[], diesWithUs = false): [string, string[]] {
  const options: string[] = [];
  if (serverUser !== undefined)
    options.push(`--reuid=${serverUser.uid}`, `--regid=${serverUser.gid}`, '--clear-groups');
  if (diesWithUs && process.platform === 'linux') options.push('--pdeathsig', 'QUIT');
  return options.length === 0 ? [path, args] : ['setpriv', [...options, path, ...args]];
}

function makeFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  own(folder);
  return folder;
}

function own(path: string): void {
  if (serverUser === undefined) return;
  chownSync(path, serverUser.uid, serverUser.gid);
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(path, entry), serverUser.uid, serverUser.gid);
  }
}

/** What initdb made, once for each version and user of this machine. */
function templateData(): string {
  const version = check(
    spawnSync(program('postgres'), ['--version'], { encoding: 'utf8' }),
    'postgres',
  ).stdout.replaceAll(/[^\d.]+/g, '-');
  const path = join(
    tmpdir(),
    `asyncio-ts-pg-template${version}${serverUser?.uid ?? process.getuid?.() ?? 0}`,
  );
  if (existsSync(join(path, 'PG_VERSION'))) return path;
  const folder = makeFolder('asyncio-ts-pg-init-');
  const data = join(folder, 'data');
  const options = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
    '-N',
  ];
  const [command, args] = asServerUser(program('initdb'), options);
  check(spawnSync(command, args, { encoding: 'utf8', cwd: folder }), 'initdb');
  const role = "CREATE ROLE secret LOGIN PASSWORD 'sesame';\n";
  const single = asServerUser(program('postgres'), ['--single', '-D', data, '-F', 'postgres']);
  check(
    spawnSync(single[0], single[1], { encoding: 'utf8', cwd: folder, input: role }),
    'postgres --single',
  );
  try {
    renameSync(data, path);
  } catch {
    // Somebody else was first.
  }
  rmSync(folder, { recursive: true, force: true });
  return path;
}

function check(result: SpawnSyncReturns<string>, name: string): SpawnSyncReturns<string> {
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`${name} failed: ${result.stderr || result.stdout}`);
  return result;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
