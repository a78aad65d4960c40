// fileResponse: a file as the response to a request, with its ranges and conditions.
//
// 1. The file is opened first, and all that is said of it is what that descriptor says.
// 2. It is read as the client takes it, and closed with the body: at its end, or when the body is cancelled.
// 3. A file that shrinks meanwhile breaks the connection: its size was told.

import { randomUUID } from 'node:crypto';
import { fstat } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { promisify } from 'node:util';
import { basename } from 'node:path';
import {
  FileNotFoundError,
  IsADirectoryError,
  NotADirectoryError,
  OSError,
  PermissionError,
  wrapFuture,
} from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import { open } from '../../files/files.ts';
import type { BinaryFile, FilePath } from '../../files/files.ts';
import { fspath } from '../../files/files.ts';
import { HttpError } from '../serve/httpError.ts';
import type { HeaderFields } from '../serve/httpError.ts';
import { byteRanges } from './byteRanges.ts';
import type { ByteRange } from './byteRanges.ts';
import { mediaTypeOf } from './mediaTypes.ts';
import { failedCondition, isSameVersion } from './preconditions.ts';
import type { FileVersion } from './preconditions.ts';

/** Options of {@link fileResponse}.
 * @example
 * ```ts
 * import type { FileResponseOptions } from 'asyncio-ts/http';
 * const options: FileResponseOptions = { filename: 'report.csv', headers: { 'cache-control': 'no-store' } };
 * console.log(options.filename); // -> report.csv
 * ```
 */
export interface FileResponseOptions {
  /** By the end of the file's name by default. */
  contentType?: string | undefined;
  /** Has a browser save the file, under this name. */
  filename?: string | undefined;
  /** In addition, or in place of what is made here. */
  headers?: HeaderFields | undefined;
}

const NAMES: Readonly<Record<keyof FileResponseOptions, true>> = {
  contentType: true,
  filename: true,
  headers: true,
};

/** As much is read at once, and small files as a whole. */
const CHUNK = 65_536;

const stat = promisify(fstat);

/** The file at `path` as a response to `request`: whole, in the ranges that it asks for (206, 416), or not at all where the
 * client has it already (304) or asks for another version (412). GET and HEAD only.
 *
 * `path` is taken as it is: never make it of what a client sends. For folders there is {@link staticFolder}.
 * @throws HttpError 404 where there is no such file that can be read, 405 for other methods; OSError for what else goes wrong
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { fileResponse, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve((request) => fileResponse('package.json', request), { host: '127.0.0.1' });
 *   const part = await fetch(server.url, { headers: { range: 'bytes=0-0' } });
 *   console.log(part.status, part.headers.get('content-type'), await part.text()); // -> 206 application/json {
 * });
 * ```
 */
export async function fileResponse(
  path: FilePath,
  request: Request,
  options: FileResponseOptions = {},
): Promise<Response> {
  checkOptionNames(options, NAMES, 'fileResponse');
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD')
    throw new HttpError(405, 'GET and HEAD only', { headers: { allow: 'GET, HEAD' } });
  const file = await openFile(path);
  try {
    const facts = await wrapFuture(stat(file.fileno(), { bigint: true }));
    if (!facts.isFile()) throw new HttpError(404, 'not found');
    return await respond(file, facts, String(fspath(path)), request, options);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFile(path: FilePath): Promise<BinaryFile> {
  try {
    return await open(path, 'rb');
  } catch (error) {
    if (isMissing(error)) throw new HttpError(404, 'not found', { cause: error });
    throw error;
  }
}

/** What a client is to take for a file that is not there. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof FileNotFoundError ||
    error instanceof IsADirectoryError ||
    error instanceof NotADirectoryError ||
    error instanceof PermissionError ||
    (error instanceof OSError && ['ENAMETOOLONG', 'ELOOP', 'ENXIO'].includes(error.code))
  );
}

async function respond(
  file: BinaryFile,
  facts: BigIntStats,
  name: string,
  request: Request,
  options: FileResponseOptions,
): Promise<Response> {
  const size = Number(facts.size);
  const version: FileVersion = {
    etag: `"${facts.mtimeNs.toString(36)}-${facts.size.toString(36)}"`,
    modified: Math.floor(Number(facts.mtimeMs) / 1000) * 1000,
  };
  const headers = headersOf(version, name, options);
  const failed = failedCondition(request.headers, version);
  const asked = failed === undefined && request.method === 'GET' ? request.headers.get('range') : null;
  const ranges =
    asked !== null && isSameVersion(request.headers.get('if-range'), version)
      ? byteRanges(asked, size)
      : undefined;
  if (failed !== undefined || ranges?.length === 0) {
    await file.close();
    headers.delete('content-type');
    if (failed !== undefined) return new Response(null, { status: failed, headers });
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  if (ranges === undefined) return await send(file, 200, headers, [{ start: 0, end: size }], request);
  const [only, ...more] = ranges as [ByteRange, ...ByteRange[]];
  if (more.length > 0) return await sendParts(file, headers, ranges, size);
  headers.set('content-range', `bytes ${only.start}-${only.end - 1}/${size}`);
  return await send(file, 206, headers, ranges, request);
}

function headersOf(version: FileVersion, name: string, options: FileResponseOptions): Headers {
  const { contentType = mediaTypeOf(options.filename ?? name), filename } = options;
  const headers = new Headers({
    'content-type': contentType,
    'last-modified': new Date(version.modified).toUTCString(),
    'accept-ranges': 'bytes',
    etag: version.etag,
  });
  if (filename !== undefined) headers.set('content-disposition', attachment(basename(filename)));
  for (const [field, value] of new Headers(options.headers)) headers.set(field, value);
  return headers;
}

/** RFC 6266: plain for old clients, and by the letter for the others. */
function attachment(filename: string): string {
  const plain = filename.replaceAll(/[^\x20-\x7E]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"${plain === filename ? '' : `; filename*=UTF-8''${encoded}`}`;
}

/** One piece of the file. */
async function send(
  file: BinaryFile,
  status: number,
  headers: Headers,
  pieces: readonly ByteRange[],
  request: Request,
): Promise<Response> {
  const { start, end } = pieces[0] as ByteRange;
  headers.set('content-length', `${end - start}`);
  if (request.method === 'HEAD' || end === start) {
    await file.close();
    return new Response(null, { status, headers });
  }
  if (end - start > CHUNK) return new Response(bodyOf(file, pieces), { status, headers });
  const bytes = await file.readAt(end - start, start);
  await file.close();
  return new Response(bytes.length === end - start ? new Uint8Array(bytes) : bodyOf(file, pieces), {
    status,
    headers,
  });
}

/** Several, as `multipart/byteranges`. */
async function sendParts(
  file: BinaryFile,
  headers: Headers,
  ranges: readonly ByteRange[],
  size: number,
): Promise<Response> {
  const boundary = randomUUID();
  const type = headers.get('content-type') ?? 'application/octet-stream';
  const heads = ranges.map(
    ({ start, end }, index) =>
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: bytes ${start}-${end - 1}/${size}\r\n\r\n`,
  );
  const tail = `\r\n--${boundary}--\r\n`;
  const length = ranges.reduce(
    (sum, { start, end }) => sum + end - start,
    heads.join('').length + tail.length,
  );
  headers.set('content-type', `multipart/byteranges; boundary=${boundary}`);
  headers.set('content-length', `${length}`);
  return new Response(bodyOf(file, ranges, heads, tail), { status: 206, headers });
}

/** The pieces of the file, each behind its head; it closes the file. */
function bodyOf(
  file: BinaryFile,
  pieces: readonly ByteRange[],
  heads: readonly string[] = [],
  tail: string = '',
): ReadableStream<Uint8Array> {
  const chunks = chunksOf(file, pieces, heads, tail);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      // A generator that was not begun would not close it.
      cancel: async () => {
        await chunks.return(undefined);
        await file.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* chunksOf(
  file: BinaryFile,
  pieces: readonly ByteRange[],
  heads: readonly string[],
  tail: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (const [index, { start, end }] of pieces.entries()) {
      const head = heads[index];
      if (head !== undefined) yield Buffer.from(head);
      for (let at = start; at < end;) {
        const bytes = await file.readAt(Math.min(CHUNK, end - at), at);
        if (bytes.length === 0)
          throw new Error(`the file became smaller while it was sent: ${String(file.name)}`);
        at += bytes.length;
        yield bytes;
      }
    }
    if (tail !== '') yield Buffer.from(tail);
  } finally {
    await file.close();
  }
}
