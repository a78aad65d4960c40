// startTls with a protocol that asks for it in the plain: PostgreSQL's SSLRequest, answered with one byte. From
// both sides: psql against our server, and a real server against our client.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe } from 'node:test';
import { openConnection, startServer } from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf } from '../recorder.ts';
import { certificateFile, clientContext, keyFile, serverContext } from './contexts.ts';
import { missing, Program } from './programs.ts';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** A message: its type, its length, its fields, each ended by a zero. */
function message(type: string, fields: readonly string[]): Buffer {
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** A message behind its type; the first of a client has none. */
async function readBody(reader: StreamReader): Promise<Buffer> {
  const length = (await reader.readExactly(4)).readInt32BE();
  return await reader.readExactly(length - 4);
}

function parameters(startup: Buffer): Map<string, string> {
  const words = startup.subarray(4).toString().split('\0');
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < words.length && words[at] !== ''; at += 2)
    pairs.set(words[at] as string, words[at + 1] as string);
  return pairs;
}

async function refuse(reader: StreamReader, writer: StreamWriter): Promise<void> {
  const request = await reader.readExactly(8);
  assert.ok(request.equals(SSL_REQUEST));
  writer.write(Buffer.from('S'));
  await writer.startTls(serverContext());
  const user = parameters(await readBody(reader)).get('user');
  const fields = [
    'SFATAL',
    'VFATAL',
    'C28000',
    `Mno room for ${user} over ${writer.getExtraInfo('tlsVersion')}`,
  ];
  writer.write(message('E', fields));
  await writer.drain();
  // psql may go without a good-bye, which resets the connection.
  await writer[Symbol.asyncDispose]();
}

describe('psql', () => {
  onBackends(
    'it is upgraded by startTls, checks our certificate and prints our answer',
    async () => {
      const server = await startServer(refuse, '127.0.0.1', 0);
      const port = addressOf(server)[1];
      const where = `host=localhost hostaddr=127.0.0.1 port=${port} user=guest dbname=none connect_timeout=5`;
      const trust = `sslmode=verify-full sslrootcert=${certificateFile('ca')} gssencmode=disable`;
      const psql = new Program('psql', [`${where} ${trust}`, '-c', 'select 1'], '');
      const { status, errors } = await psql.ended;
      assert.equal(status, 2, errors);
      assert.match(errors, /FATAL: +no room for guest over TLSv1\.3/);
      server.close();
      await server.waitClosed();
    },
    { skip: missing('psql') },
  );
});

const binaries = findServer();
const isRoot = process.getuid?.() === 0;

/** Where the server's programs are. */
function findServer(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base) : [];
  return versions
    .map((version) => join(base, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/** It will not run as root: there it runs as nobody. */
function asUser(command: string, args: readonly string[]): [string, string[]] {
  if (!isRoot) return [command, [...args]];
  return ['setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', command, ...args]];
}

function runAsUser(command: string, args: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(...asUser(command, args), { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}

const noServer =
  (binaries === undefined && 'no PostgreSQL server is here') ||
  (isRoot && missing('setpriv', '--version')) ||
  (spawnSync('chown', ['--version'], { stdio: 'ignore' }).status !== 0 && 'no chown is here');

/** A port that is free at this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

describe('a PostgreSQL server', () => {
  let folder = '';
  let port = 0;
  let server: Program | undefined;

  before(async () => {
    if (noServer !== false) return;
    folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-pg-'));
    const data = join(folder, 'data');
    if (isRoot) spawnSync('chown', ['65534:65534', folder]);
    runAsUser(join(binaries as string, 'initdb'), [
      '-D',
      data,
      '-U',
      'guest',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
    ]);
    copyFileSync(certificateFile('server'), join(data, 'server.crt'));
    copyFileSync(keyFile('server'), join(data, 'server.key'));
    chmodSync(join(data, 'server.key'), 0o600);
    if (isRoot) spawnSync('chown', ['65534:65534', join(data, 'server.crt'), join(data, 'server.key')]);
    port = await freePort();
    const options = { ssl: 'on', listen_addresses: '127.0.0.1', port, fsync: 'off' };
    const settings = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    settings.push('-k', folder, '-D', data);
    server = new Program(...asUser(join(binaries as string, 'postgres'), settings));
    await server.says('ready to accept connections');
  });

  after(async () => {
    server?.child.kill('SIGQUIT');
    await server?.ended;
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  onBackends(
    'our client asks for TLS, logs in over it and reads an answer',
    async () => {
      const [reader, writer] = await openConnection('127.0.0.1', port);
      writer.write(SSL_REQUEST);
      assert.equal(String(await reader.readExactly(1)), 'S');
      await writer.startTls(clientContext(), { serverHostname: 'localhost' });
      assert.equal(writer.getExtraInfo<{ subject: { CN: string } }>('peercert')?.subject.CN, 'localhost');
      writer.write(startup({ user: 'guest', database: 'postgres' }));
      await readUntilReady(reader);
      writer.write(query('select 40 + 2, ssl from pg_stat_ssl where pid = pg_backend_pid()'));
      const rows = await readUntilReady(reader);
      assert.deepEqual(rows, [['42', 't']]);
      writer.close();
      await writer.waitClosed();
    },
    { skip: noServer },
  );
});

/** The first message of a client: version 3.0 of the protocol and parameters. */
function startup(given: Record<string, string>): Buffer {
  const words = Object.entries(given).flat();
  const body = Buffer.from(`${words.map((word) => `${word}\0`).join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}

function query(text: string): Buffer {
  const head = Buffer.from('Q\0\0\0\0');
  head.writeInt32BE(text.length + 5, 1);
  return Buffer.concat([head, Buffer.from(`${text}\0`)]);
}

/** Reads messages until the server is ready for the next query, and answers the rows that came. */
async function readUntilReady(reader: StreamReader): Promise<string[][]> {
  const rows: string[][] = [];
  for (;;) {
    const type = String(await reader.readExactly(1));
    const body = await readBody(reader);
    if (type === 'Z') return rows;
    if (type === 'E') throw new Error(body.toString());
    if (type === 'D') rows.push(columns(body));
  }
}

function columns(body: Buffer): string[] {
  const found: string[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    found.push(body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}
