// docs/errors.md against the source: every error class that is published has a row with its code, and no other has.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as asyncio from '../../src/asyncio.ts';
import * as files from '../../src/files/files.ts';
import { csv, DecodingError, json, pickle } from '../../src/formats/formats.ts';
import * as http from '../../src/http/http.ts';
import * as postgres from '../../src/postgres/postgres.ts';
import * as redis from '../../src/redis/redis.ts';
import * as selectors from '../../src/selectors/selectors.ts';
import * as sqlite from '../../src/sqlite/sqlite.ts';
import * as testing from '../../src/testing/testing.ts';
import * as tools from '../../src/tools/tools.ts';
import { root } from '../../scripts/runtime.mjs';
import { listTypeScript } from '../../scripts/source-files.mjs';

type ErrorClass = new (...args: never[]) => Error & { readonly code?: string };

const page = readFileSync(join(root, 'docs', 'errors.md'), 'utf8');
const rows: Map<string, string> = new Map(
  [...page.matchAll(/^\| `([\w.]+)` \| (.*?) \|/gm)].map(([, name = '', codes = '']) => [name, codes]),
);

const { JSONDecodeError, JSONEncodeError } = json;
const { PicklingError, UnpicklingError } = pickle;
const formats = {
  'csv.Error': csv.Error,
  DecodingError,
  JSONDecodeError,
  JSONEncodeError,
  PicklingError,
  UnpicklingError,
};
// SQLite has these names too.
const { DataError, InterfaceError, ...ofPostgres } = postgres;
const published: Record<string, unknown> = {
  ...asyncio,
  ...files,
  ...formats,
  ...http,
  ...ofPostgres,
  'postgres.DataError': DataError,
  'postgres.InterfaceError': InterfaceError,
  ...redis,
  ...selectors,
  ...sqlite,
  ...testing,
  ...tools,
};
const classes: readonly (readonly [string, ErrorClass])[] = Object.entries(published).flatMap(
  ([name, value]) =>
    typeof value === 'function' && value.prototype instanceof Error ? [[name, value as ErrorClass]] : [],
);
// What the others are derived from, and has no code of its own.
const bases: ReadonlySet<string> = new Set(['AsyncioError']);

/** Made from what the class takes where that is not a message. */
const details = {
  command: 'make',
  pid: 7,
  returncode: 2,
  signal: undefined,
  duration: 5,
  stdout: '',
  stderr: '',
};
const others: Record<string, readonly unknown[]> = {
  CalledProcessError: [details],
  CircuitOpenError: [1000],
  DeadlockError: ['main waits for itself'],
  ExceptionGroup: ['several', [new Error('one')]],
  HttpBodyError: [413, 'the body has more than 10 bytes'],
  HttpError: [404, 'no tea here'],
  HttpStatusError: [{ status: 404 }],
  IncompleteReadError: [Buffer.from('ab'), 3],
  InterruptedError: ['SIGINT'],
  InvalidArgumentError: ['delay', 'a delay is a number'],
  JSONDecodeError: ['Expecting value', '[', 1],
  LeakError: [[]],
  LimitOverrunError: ['too long', 5],
  LineTooLongError: [5, 4],
  NoRunningLoopError: ['sleep'],
  OutputLimitError: [details, 10],
  ParameterError: [1, 'undefined is no value'],
  RelayError: ['reader', 5, new Error('gone')],
  UnicodeDecodeError: ['ascii', Buffer.from([255]), 0, 1, 'ordinal not in range(128)'],
  UnicodeEncodeError: ['ascii', 'é', 0, 1, 'ordinal not in range(128)'],
  SameFileError: ['one', 'other'],
  SpecialFileError: ['/run/door'],
  TreeCopyError: ['from', [{ source: 'from/a', target: 'to/a', error: new Error('no') }]],
  ReportError: [[{ severity: 'error', text: 'it failed' }], []],
  TimeoutExpired: [details, 10],
  WebSocketClosedError: [1001, 'going away'],
};

function make(name: string, type: ErrorClass): Error & { readonly code?: string } {
  return new type(...((others[name] ?? ['some text']) as never[]));
}

test('docs/errors.md: has each published error class, and no other', () => {
  const wanted = classes.map(([name]) => name).filter((name) => !bases.has(name));
  assert.deepEqual([...rows.keys()].sort(), wanted.sort());
});

for (const [name, type] of classes) {
  if (bases.has(name)) continue;
  test(`${name}: its name, its stable code, and the class above it are what docs/errors.md says`, () => {
    const error = make(name, type);
    assert.equal(error.name, name.replace(/^postgres\./, ''));
    const { code = '' } = error;
    const codes = rows.get(name) as string;
    // The codes of the system and of the TLS library are no list.
    if (code !== 'ERR_ASYNCIO_OS') assert.ok(codes.includes(`\`${code}\``), `${code} in ${codes}`);
    const apart = ['CancelledError', 'InterruptedError', 'InvalidArgumentError', 'ExceptionGroup'];
    assert.equal(error instanceof asyncio.AsyncioError, !apart.includes(name));
  });
}

for (const [name, type] of classes.filter(([each]) => !(each in others) && !bases.has(each))) {
  test(`${name}: can be made with a message alone, and keeps a cause`, () => {
    const cause = new Error('below');
    const error = new type(...(['no answer', { cause }] as never[]));
    assert.equal(error.message, 'no answer');
    assert.equal(error.cause, cause);
    assert.ok(error.stack?.includes('errors.test.ts'));
  });
}

test('docs/errors.md: has each code that the source knows', () => {
  const known = new Set<string>();
  for (const file of listTypeScript(join(root, 'src')))
    for (const [code] of readFileSync(file, 'utf8').matchAll(/ERR_ASYNCIO_[A-Z_]+/g)) known.add(code);
  const missing = [...known].filter((code) => !page.includes(`\`${code}\``));
  assert.deepEqual(missing, []);
});
