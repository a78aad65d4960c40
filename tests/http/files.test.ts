// fileResponse and staticFolder: what is sent of a file, and what never is.

import '../harness.ts';
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run, sleep } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { fileResponse, HttpError, staticFolder } from '../../src/http/http.ts';
import { byteRanges } from '../../src/http/files/byteRanges.ts';
import { connect } from './client.ts';
import { onEngines } from './engines.ts';

const home = mkdtempSync(join(tmpdir(), 'asyncio-http-'));
after(() => rmSync(home, { recursive: true, force: true }));
const root = join(home, 'public');
mkdirSync(join(root, 'folder', '.hidden'), { recursive: true });
mkdirSync(join(root, '.well-known'));
mkdirSync(join(root, 'empty'));
const put = (name: string, text: string | Buffer): void => writeFileSync(join(home, name), text);
put('secret.txt', 'secret');
put('public/a.txt', '0123456789');
put('public/none.css', '');
put('public/index.html', '<p>root</p>');
put('public/folder/index.html', '<p>folder</p>');
put('public/folder/.hidden/x.txt', 'hidden');
put('public/.env', 'hidden');
put('public/.well-known/x.txt', 'known');
put('public/with space & ü.txt', 'named');
put('public/100%.txt', 'percent');
const large = Buffer.alloc(300_000, 'abcdefghij');
put('public/large.bin', large);
symlinkSync(join(home, 'secret.txt'), join(root, 'out.txt'));
symlinkSync(home, join(root, 'up'));
symlinkSync('a.txt', join(root, 'inside.txt'));
const modified = new Date('2026-01-02T03:04:05Z');
utimesSync(join(root, 'a.txt'), modified, modified);

const ask = (headers: Record<string, string> = {}, method: string = 'GET'): Request =>
  new Request('http://here/', { method, headers });
const a = join(root, 'a.txt');

function inRun(title: string, body: () => Promise<void>): void {
  test(title, () => run(body));
}

inRun('fileResponse: the whole file, with what is known of it', async () => {
  const response = await fileResponse(a, ask());
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(response.headers.get('content-length'), '10');
  assert.equal(response.headers.get('last-modified'), 'Fri, 02 Jan 2026 03:04:05 GMT');
  assert.equal(response.headers.get('accept-ranges'), 'bytes');
  assert.match(response.headers.get('etag') ?? '', /^"[\w-]+"$/);
  assert.equal(await response.text(), '0123456789');
});

inRun('fileResponse: large and empty files, and HEAD', async () => {
  const response = await fileResponse(join(root, 'large.bin'), ask());
  assert.equal(response.headers.get('content-type'), 'application/octet-stream');
  assert.ok(large.equals(Buffer.from(await response.arrayBuffer())));
  const empty = await fileResponse(join(root, 'none.css'), ask());
  assert.deepEqual([empty.status, empty.headers.get('content-length'), await empty.text()], [200, '0', '']);
  const head = await fileResponse(a, ask({ range: 'bytes=0-1' }, 'HEAD'));
  assert.deepEqual([head.status, head.headers.get('content-length'), head.body], [200, '10', null]);
});

for (const [range, status, contentRange, body] of [
  ['bytes=0-0', 206, 'bytes 0-0/10', '0'],
  ['bytes=2-4', 206, 'bytes 2-4/10', '234'],
  ['bytes=7-', 206, 'bytes 7-9/10', '789'],
  ['bytes=-3', 206, 'bytes 7-9/10', '789'],
  ['bytes=-30', 206, 'bytes 0-9/10', '0123456789'],
  ['bytes=5-500', 206, 'bytes 5-9/10', '56789'],
  ['Bytes=9-9', 206, 'bytes 9-9/10', '9'],
  ['bytes=10-', 416, 'bytes */10', ''],
  ['bytes=-0', 416, 'bytes */10', ''],
  ['bytes=20-30', 416, 'bytes */10', ''],
  ['bytes=20-30, 1-1', 206, 'bytes 1-1/10', '1'],
  ['bytes=4-2', 200, null, '0123456789'],
  ['bytes=a-b', 200, null, '0123456789'],
  ['bytes=-', 200, null, '0123456789'],
  ['bytes=', 200, null, '0123456789'],
  ['lines=1-2', 200, null, '0123456789'],
  ['bytes=0-5, 3-8', 200, null, '0123456789'],
  [
    `bytes=${Array.from({ length: 11 }, (_, index) => `${index}-${index}`).join(',')}`,
    200,
    null,
    '0123456789',
  ],
] as const) {
  inRun(`fileResponse: Range ${range.slice(0, 30)} is ${status}`, async () => {
    const response = await fileResponse(a, ask({ range }));
    assert.deepEqual(
      [response.status, response.headers.get('content-range'), await response.text()],
      [status, contentRange, body],
    );
  });
}

inRun('fileResponse: several ranges are parts of one body, of the size that was told', async () => {
  const response = await fileResponse(a, ask({ range: 'bytes=0-1, 4-5, -1' }));
  const type = response.headers.get('content-type') ?? '';
  const boundary = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(type)?.[1];
  assert.equal(response.status, 206);
  const text = await response.text();
  assert.equal(response.headers.get('content-length'), String(text.length));
  const part = (range: string, bytes: string): string =>
    `--${boundary}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: bytes ${range}/10\r\n\r\n${bytes}\r\n`;
  assert.equal(text, `${part('0-1', '01')}${part('4-5', '45')}${part('9-9', '9')}--${boundary}--\r\n`);
});

inRun('fileResponse: conditions, in their order', async () => {
  const etag = (await fileResponse(a, ask({}, 'HEAD'))).headers.get('etag') as string;
  const time = modified.toUTCString();
  const before = new Date(modified.getTime() - 1000).toUTCString();
  const cases: [Record<string, string>, number][] = [
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `"x", W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': time }, 200],
    [{ 'if-modified-since': time }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': `W/${etag}` }, 412],
    [{ 'if-unmodified-since': time }, 200],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-match': etag, 'if-unmodified-since': before }, 200],
    [{ 'if-none-match': etag, range: 'bytes=0-0' }, 304],
    [{ range: 'bytes=0-0', 'if-range': etag }, 206],
    [{ range: 'bytes=0-0', 'if-range': time }, 206],
    [{ range: 'bytes=0-0', 'if-range': '"x"' }, 200],
    [{ range: 'bytes=0-0', 'if-range': `W/${etag}` }, 200],
    [{ range: 'bytes=0-0', 'if-range': before }, 200],
  ];
  for (const [headers, status] of cases) {
    const response = await fileResponse(a, ask(headers));
    assert.equal(response.status, status, JSON.stringify(headers));
    if (status === 304) assert.equal(response.headers.get('etag'), etag);
    await response.text();
  }
});

inRun('fileResponse: a name for who saves it', async () => {
  const named = async (filename: string): Promise<string | null> => {
    const response = await fileResponse(a, ask({}, 'HEAD'), { filename });
    return response.headers.get('content-disposition');
  };
  assert.equal(await named('report.csv'), 'attachment; filename="report.csv"');
  assert.equal(
    await named('Übersicht "1".csv'),
    `attachment; filename="_bersicht _1_.csv"; filename*=UTF-8''%C3%9Cbersicht%20%221%22.csv`,
  );
  assert.equal(await named('../../etc/passwd'), 'attachment; filename="passwd"');
  assert.match(
    (await named('a\r\nset-cookie: x')) ?? '',
    /^attachment; filename="a__set-cookie: x"; filename\*=[^\r\n]*$/,
  );
});

inRun('fileResponse: what is not there is 404, what is no GET 405', async () => {
  for (const path of ['nothing', 'folder', 'a.txt/b', 'x'.repeat(300)])
    await assert.rejects(
      fileResponse(join(root, path), ask()),
      (error) => error instanceof HttpError && error.status === 404,
    );
  await assert.rejects(fileResponse(a, ask({}, 'POST')), { status: 405 });
});

inRun('fileResponse: a body that nobody reads leaves no descriptor', async () => {
  const response = await fileResponse(join(root, 'large.bin'), ask());
  await response.body?.cancel();
  const begun = (await fileResponse(join(root, 'large.bin'), ask())).body?.getReader();
  await begun?.read();
  await begun?.cancel();
});

onEngines('fileResponse: a client that leaves in the middle leaves no descriptor', async (serveHere) => {
  await using server = await serveHere((request) => fileResponse(join(root, 'large.bin'), request));
  const client = await connect(server.port);
  client.get('/');
  await client.head();
  client.leave();
  while (server.statistics.active > 0) await sleep(1);
});

onEngines('fileResponse: a file that becomes smaller breaks the connection', async (serveHere) => {
  expectReport('became smaller');
  const path = join(home, 'shrinks.bin');
  writeFileSync(path, Buffer.alloc(20_000_000));
  await using server = await serveHere((request) => fileResponse(path, request));
  await using client = await connect(server.port);
  client.get('/');
  assert.equal((await client.head()).headers.get('content-length'), '20000000');
  truncateSync(path, 0);
  let bytes = 0;
  try {
    for (
      let piece = await client.reader.read(65_536);
      piece.length > 0;
      piece = await client.reader.read(65_536)
    )
      bytes += piece.length;
  } catch {
    // by a reset
  }
  assert.ok(bytes < 20_000_000);
});

onEngines('staticFolder: what a client finds in it', async (serveHere) => {
  await using server = await serveHere(staticFolder(root));
  await using client = await connect(server.port);
  for (const [path, status, body] of [
    ['/', 200, '<p>root</p>'],
    ['/index.html', 200, '<p>root</p>'],
    ['/a.txt', 200, '0123456789'],
    ['/a.txt?query', 200, '0123456789'],
    ['/inside.txt', 200, '0123456789'],
    ['/folder/', 200, '<p>folder</p>'],
    ['/folder/../a.txt', 200, '0123456789'],
    ['/with%20space%20&%20%C3%BC.txt', 200, 'named'],
    ['/100%25.txt', 200, 'percent'],
    ['/.well-known/x.txt', 200, 'known'],
    ['/empty/', 404, 'not found'],
    ['/nothing', 404, 'not found'],
    ['/a.txt/', 404, 'not found'],
  ] as const) {
    client.get(path);
    const response = await client.response();
    assert.deepEqual([response.status, response.body], [status, body], path);
  }
  client.get('/folder');
  const { status, headers } = await client.response();
  assert.deepEqual([status, headers.get('location')], [301, '/folder/']);
  client.get('//folder');
  assert.doesNotMatch((await client.response()).headers.get('location') ?? '', /^\/\//);
});

onEngines('staticFolder: nothing outside, and nothing hidden', async (serveHere) => {
  await using server = await serveHere(staticFolder(root));
  await using client = await connect(server.port);
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/folder/..%2f..%2fsecret.txt',
    '/%252e%252e/secret.txt',
    '/a.txt%00.html',
    '/a.txt%2f..%2f..%2fsecret.txt',
    '/.env',
    '/%2eenv',
    '/folder/.hidden/x.txt',
    '/out.txt',
    '/up/secret.txt',
    '/up/public/a.txt'.replace('a.txt', '..%2f..%2fsecret.txt'),
    '/%c0%ae%c0%ae/secret.txt',
    '/%',
    '/etc/passwd',
    '//etc/passwd',
    '/file:///etc/passwd',
  ]) {
    client.get(path);
    const response = await client.response();
    assert.ok([400, 404].includes(response.status), `${path} is ${response.status}`);
    assert.doesNotMatch(response.body, /secret|hidden|root:/, path);
  }
});

onEngines('staticFolder: a prefix, and dot files where they are wanted', async (serveHere) => {
  await using server = await serveHere(
    staticFolder(root, { prefix: '/assets', dotfiles: true, index: false }),
  );
  await using client = await connect(server.port);
  for (const [path, status] of [
    ['/assets/a.txt', 200],
    ['/assets/.env', 200],
    ['/assets/', 404],
    ['/assetsa.txt', 404],
    ['/a.txt', 404],
    ['/assets/..%2f..%2fsecret.txt', 404],
  ] as const) {
    client.get(path);
    assert.equal((await client.response()).status, status, path);
  }
});

test('byteRanges: what it gives is always within the file, in order of the request', () => {
  for (let size = 0; size < 4; size++)
    for (const range of ['0-', '-1', '-5', '1-2', '0-0', '3-', '0-99', '2-1', '-0'])
      for (const { start, end } of byteRanges(`bytes=${range}`, size) ?? [])
        assert.ok(start >= 0 && start < end && end <= size, `${range} of ${size}`);
});
