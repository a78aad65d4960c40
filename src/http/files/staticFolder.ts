// staticFolder: the files of a folder as a handler.
//
// What a client sends never names anything outside:
// 1. The path is decoded once, part by part. A part that is `..`, or has a slash, a backslash or a NUL in it after that, is
//    not found, however it was encoded.
// 2. What begins with a dot is not there, unless the program says so; `.well-known` is.
// 3. The path is resolved with all its symbolic links, and what lies outside the folder then is not found.

import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InvalidArgumentError, isCancelled, wrapFuture } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import { fspath, Path } from '../../files/files.ts';
import type { FilePath } from '../../files/files.ts';
import { HttpError } from '../serve/httpError.ts';
import type { HeaderFields } from '../serve/httpError.ts';
import { fileResponse } from './fileResponse.ts';

/** Options of {@link staticFolder}.
 * @example
 * ```ts
 * import type { StaticFolderOptions } from 'asyncio-ts/http';
 * const options: StaticFolderOptions = { prefix: '/assets/', headers: { 'cache-control': 'max-age=3600' } };
 * console.log(options.prefix); // -> /assets/
 * ```
 */
export interface StaticFolderOptions {
  /** What stands before the file's path in a URL; `/` by default. */
  prefix?: string | undefined;
  /** The file that stands for its folder; `index.html` by default, false for none. */
  index?: string | false | undefined;
  /** Serves names that begin with a dot, too; false by default. */
  dotfiles?: boolean | undefined;
  /** In addition to those of {@link fileResponse}. */
  headers?: HeaderFields | undefined;
}

const NAMES: Readonly<Record<keyof StaticFolderOptions, true>> = {
  prefix: true,
  index: true,
  dotfiles: true,
  headers: true,
};

/** A handler that serves the files in `root` and below, and nothing else: GET and HEAD, ranges and conditions as
 * {@link fileResponse}.
 * @throws InvalidArgumentError for a prefix that does not begin with a slash
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { serve, staticFolder } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(staticFolder('docs'), { host: '127.0.0.1' });
 *   console.log((await fetch(`${server.url}files.md`)).headers.get('content-type')); // -> text/plain; charset=utf-8
 *   console.log((await fetch(`${server.url}..%2fpackage.json`)).status); // -> 404
 * });
 * ```
 */
export function staticFolder(
  root: FilePath,
  options: StaticFolderOptions = {},
): (request: Request) => Promise<Response> {
  checkOptionNames(options, NAMES, 'staticFolder');
  const { prefix = '/', index = 'index.html', dotfiles = false, headers } = options;
  if (!prefix.startsWith('/'))
    throw new InvalidArgumentError(
      'prefix',
      `a prefix begins with a slash, not as ${JSON.stringify(prefix)}`,
    );
  const before = prefix.endsWith('/') ? prefix : `${prefix}/`;
  const folder = String(fspath(root));
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(before)) throw notFound();
    const parts = partsOf(pathname.slice(before.length), dotfiles);
    const found = await insideOf(folder, parts);
    if (!(await new Path(found).isDir())) {
      if (pathname.endsWith('/')) throw notFound();
      return await fileResponse(found, request, { headers });
    }
    if (index === false) throw notFound();
    // A relative link on the page is one from the folder. One slash: two would name another host.
    if (!pathname.endsWith('/'))
      return new Response(null, {
        status: 301,
        headers: { location: `${pathname.replace(/^\/+/, '/')}/` },
      });
    return await fileResponse(await insideOf(folder, [...parts, index]), request, { headers });
  };
}

function partsOf(path: string, dotfiles: boolean): string[] {
  const parts: string[] = [];
  for (const encoded of path.split('/')) {
    if (encoded === '') continue;
    const part = decoded(encoded);
    const hidden = part.startsWith('.') && part !== '.well-known';
    // eslint-disable-next-line no-control-regex
    if (part === '.' || part === '..' || (hidden && !dotfiles) || /[/\\\0]/.test(part)) throw notFound();
    parts.push(part);
  }
  return parts;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpError(400, 'the path is not encoded as it should be');
  }
}

/** The real path of what is below `folder`. */
async function insideOf(folder: string, parts: readonly string[]): Promise<string> {
  const root = await wrapFuture(realpath(folder));
  let found: string;
  try {
    found = await wrapFuture(realpath(join(root, ...parts)));
  } catch (cause) {
    if (isCancelled(cause)) throw cause;
    throw notFound(cause);
  }
  if (found === root || found.startsWith(root.endsWith(sep) ? root : root + sep)) return found;
  throw notFound();
}

function notFound(cause?: unknown): HttpError {
  return new HttpError(404, 'not found', { cause });
}
