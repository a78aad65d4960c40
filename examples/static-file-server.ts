// A small static file server: HTTP/1.1 by hand, and the files by sendfile, so that the system moves their
// bytes from the disk to the network without this program touching them.
//
//   npm run example -- static-file-server [port] [folder]     port 8888 and this folder unless given
//   curl -i http://127.0.0.1:8888/package.json
//
// GET and HEAD, several requests a connection, single ranges, no way out of the folder. Ctrl-C ends it: what is
// being sent is sent, for half a second.

import { open, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import {
  ConnectionError,
  getRunningLoop,
  IncompleteReadError,
  InvalidArgumentError,
  LimitOverrunError,
  OSError,
  run,
  startServer,
  TimeoutError,
  waitFor,
} from 'asyncio-ts';
import type { StreamReader, StreamWriter } from 'asyncio-ts';

/** How long a client may take for a request, in milliseconds. */
const PATIENCE = 30_000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

interface Request {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** The connection ends after the answer. */
  readonly last: boolean;
}

/** An answer without a file. */
class Refusal extends Error {
  readonly status: string;
  readonly headers: readonly string[];
  constructor(status: string, headers: readonly string[] = []) {
    super(status);
    this.status = status;
    this.headers = headers;
  }
}

async function serve(root: string, reader: StreamReader, writer: StreamWriter): Promise<void> {
  try {
    for (let last = false; !last;) {
      const head = await waitFor(() => reader.readUntil(END_OF_HEAD, { limit: 16_384 }), PATIENCE);
      last = await answer(root, String(head), writer);
    }
  } catch (error) {
    // A client that ends, vanishes or sleeps is nothing to report.
    const ended = error instanceof IncompleteReadError || error instanceof TimeoutError;
    if (error instanceof LimitOverrunError)
      refuse(writer, new Refusal('431 Request Header Fields Too Large'));
    else if (!ended && !(error instanceof ConnectionError)) throw error;
  } finally {
    writer.close();
  }
}

/** Answers one request; true when it was the last one of its connection. */
async function answer(root: string, head: string, writer: StreamWriter): Promise<boolean> {
  try {
    const request = parse(head);
    const file = await openBelow(root, request.path);
    try {
      await send(request, file, writer);
    } finally {
      await file.close();
    }
    return request.last;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(writer, error);
    await writer.drain();
    return true;
  }
}

async function send(
  { method, path, range, last }: Request,
  file: FileHandle,
  writer: StreamWriter,
): Promise<void> {
  const { size } = await file.stat();
  const part = readRange(range, size);
  const { offset, count } = part ?? { offset: 0, count: size };
  const lines = [
    part === undefined ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 206 Partial Content',
    `Content-Type: ${types[extname(path)] ?? 'application/octet-stream'}`,
    `Content-Length: ${count}`,
    'Accept-Ranges: bytes',
    ...(part === undefined ? [] : [`Content-Range: bytes ${offset}-${offset + count - 1}/${size}`]),
    ...(last ? ['Connection: close'] : []),
  ];
  writer.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  // sendfile sends what was written before it first.
  if (method === 'GET' && count > 0) {
    await getRunningLoop().sendfile(writer.transport, file, { offset, count });
  } else await writer.drain();
}

function refuse(writer: StreamWriter, { status, headers }: Refusal): void {
  const body = `${status}\n`;
  const lines = [
    `HTTP/1.1 ${status}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Connection: close',
    ...headers,
  ];
  writer.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
}

function parse(head: string): Request {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method = '', target = '', version = ''] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first) ?? [];
  if (method === '') throw new Refusal('400 Bad Request');
  if (method !== 'GET' && method !== 'HEAD')
    throw new Refusal('405 Method Not Allowed', ['Allow: GET, HEAD']);
  const headers = new Map<string, string>();
  for (const line of lines.filter((one) => one !== '')) {
    const [, name = '', value = ''] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === '') throw new Refusal('400 Bad Request');
    headers.set(name.toLowerCase(), value);
  }
  // A body would be taken for the next request.
  if (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) !== 0) {
    throw new Refusal('413 Content Too Large');
  }
  const connection = (headers.get('connection') ?? '').toLowerCase();
  const last = version === '0' ? connection !== 'keep-alive' : connection === 'close';
  return { method, path: decodePath(target), range: headers.get('range'), last };
}

function decodePath(target: string): string {
  try {
    const path = decodeURIComponent(target.replace(/[?#].*$/, ''));
    if (path.startsWith('/') && !path.includes('\0'))
      return path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    // not UTF-8
  }
  throw new Refusal('400 Bad Request');
}

/** Opens a regular file below `root`. Links are followed first, and must not lead out of it. */
async function openBelow(root: string, path: string): Promise<FileHandle> {
  try {
    const real = await realpath(join(root, path));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw new Refusal('404 Not Found');
    if ((await stat(real)).isFile()) return await open(real, 'r');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { code } = error as { code?: string };
    if (code === 'EACCES') throw new Refusal('403 Forbidden');
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code ?? '')) throw error;
  }
  throw new Refusal('404 Not Found');
}

/** One range; undefined for none, and for what we need not understand: then everything is sent. */
function readRange(range: string | undefined, size: number): { offset: number; count: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const offset = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  if (offset < end) return { offset, count: end - offset };
  throw new Refusal('416 Range Not Satisfiable', [`Content-Range: bytes */${size}`]);
}

const [port = '8888', folder = '.'] = process.argv.slice(2);

await run(async () => {
  const root = await realpath(resolve(folder));
  const server = await startServer((reader, writer) => serve(root, reader, writer), '127.0.0.1', port, {
    graceTime: 500,
  });
  const [host, bound] = server.sockets[0]!.getsockname() as [string, number];
  console.log(`files of ${root} on ${host}:${bound}`);
  await server.serveForever(); // Ctrl-C cancels it
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
