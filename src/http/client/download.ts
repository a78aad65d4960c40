// download: a file, by as many connections as it needs.
//
// 1. It is written beside, and gets its name when it is whole: whoever opens the path has all of it, or what was there.
// 2. A part is gone on with only where the server says by If-Range that it is of the same file (RFC 9110, 13.1.5: a strong
//    ETag, or a date); which one that was stands beside the part. All else begins anew.
// 3. Bytes are counted: a body that is shorter than was said is a broken connection, never a file.

import { resolve } from 'node:path';
import type { Duration } from '../../asyncio.ts';
import { CancelScope, InvalidArgumentError, sleep, TimeoutError, UsageError } from '../../asyncio.ts';
import { open, Path } from '../../files/files.ts';
import type { FilePath } from '../../files/files.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import { checkStatus } from './checkStatus.ts';
import { HttpConnectionError } from './clientErrors.ts';
import { REQUEST_NAMES } from './clientOptions.ts';
import type { ClientRequestOptions } from './clientOptions.ts';

/** How far a download is; see {@link DownloadOptions.onProgress}.
 * @example
 * ```ts
 * import type { DownloadProgress } from 'asyncio-ts/http';
 * const show = ({ bytes, total }: DownloadProgress) => console.log(`${bytes} of ${total ?? '?'}`);
 * show({ bytes: 3, total: 8 }); // -> 3 of 8
 * ```
 */
export interface DownloadProgress {
  /** What is in the part, with what was there before. */
  readonly bytes: number;
  /** The size of the whole, where the server says it. */
  readonly total: number | undefined;
}

/** Options of {@link download}: those of a request, and more.
 * @example
 * ```ts
 * import type { DownloadOptions } from 'asyncio-ts/http';
 * const options: DownloadOptions = { resume: false, onProgress: ({ bytes }) => console.log(bytes) };
 * console.log(options.resume); // -> false
 * ```
 */
export interface DownloadOptions extends Omit<ClientRequestOptions, 'hedge' | 'timeout'> {
  /** Called after each piece. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Whether a part that is there is gone on with, and is left when the download is cancelled or fails; true by default. */
  readonly resume?: boolean | undefined;
  /** How many broken connections one after the other, without a byte between them, are borne; 3 by default. */
  readonly reconnects?: number | undefined;
  /** Milliseconds before it connects again; 500 by default. */
  readonly pause?: Duration | undefined;
}

const { hedge: _hedge, timeout: _timeout, ...OF_REQUEST } = REQUEST_NAMES;

const NAMES: Readonly<Record<Exclude<keyof DownloadOptions, keyof RequestInit>, true>> = {
  ...OF_REQUEST,
  onProgress: true,
  resume: true,
  reconnects: true,
  pause: true,
};

/** What has been downloaded.
 * @example
 * ```ts
 * import type { Downloaded } from 'asyncio-ts/http';
 * const done: Downloaded = { path: 'tea.zip', bytes: 8, resumedAt: 0 };
 * console.log(done.bytes); // -> 8
 * ```
 */
export interface Downloaded {
  readonly path: string;
  /** The size of the file. */
  readonly bytes: number;
  /** How much of it was there before; 0 when it came as a whole. */
  readonly resumedAt: number;
}

type Send = (options: ClientRequestOptions) => Promise<Response>;

export async function downloadFile(
  send: Send,
  path: FilePath,
  options: DownloadOptions,
): Promise<Downloaded> {
  checkOptionNames(options, NAMES, 'download');
  const { onProgress, resume = true, reconnects = 3, pause = 500, ...init } = options;
  if (!(reconnects >= 0)) throw new InvalidArgumentError('reconnects', 'reconnects is a number from 0');
  const wait = toMilliseconds(pause, 'pause');
  const part = new Part(path);
  const place = resolve(String(part.target));
  if (underWay.has(place)) throw new UsageError(`${place} is being downloaded already`);
  underWay.add(place);
  try {
    if (!resume) await part.remove();
    await part.find();
    const resumedAt = part.bytes;
    for (let failures = 0; ;) {
      const before = part.bytes;
      try {
        if (await part.take(send, init, onProgress)) break;
      } catch (error) {
        if (part.bytes > before) failures = 0;
        if (!isBroken(error) || ++failures > reconnects) throw error;
      }
      await sleep(wait);
    }
    await part.finish();
    return { path: String(part.target), bytes: part.bytes, resumedAt: part.restarted ? 0 : resumedAt };
  } catch (error) {
    if (!resume) await part.discard();
    throw error;
  } finally {
    underWay.delete(place);
  }
}

/** Two that write to one part would make a file of neither. */
const underWay: Set<string> = new Set();

/** Another connection may bring what is left. */
function isBroken(error: unknown): boolean {
  return error instanceof HttpConnectionError || error instanceof TimeoutError;
}

/** By what a part is known to be of the same file. What was packed on its way has no part that would fit. */
function versionOf(headers: Headers): string | undefined {
  if (headers.has('content-encoding')) return undefined;
  const etag = headers.get('etag');
  return (etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified')) ?? undefined;
}

class Part {
  readonly target: Path;
  bytes = 0;
  /** What was there before was of no use. */
  restarted = false;
  readonly #path: Path;
  readonly #note: Path;
  /** The ETag or date of what the part is of. */
  #version: string | undefined;
  /** The size of the whole, where a response has said it. */
  #size: number | undefined;

  constructor(path: FilePath) {
    this.target = new Path(path);
    this.#path = new Path(`${this.target}.part`);
    this.#note = new Path(`${this.target}.part.version`);
  }

  async find(): Promise<void> {
    if (!(await this.#path.exists()) || !(await this.#note.exists())) return;
    this.#version = await this.#note.readText();
    this.bytes = Number((await this.#path.stat()).size);
  }

  /** One connection; true when it has come to the end. */
  async take(
    send: Send,
    init: ClientRequestOptions,
    onProgress: DownloadOptions['onProgress'],
  ): Promise<boolean> {
    const headers = new Headers(init.headers);
    // Of what is packed on its way no part fits another.
    headers.set('accept-encoding', 'identity');
    const asked = this.bytes > 0 && this.#version !== undefined;
    if (asked) {
      headers.set('range', `bytes=${this.bytes}-`);
      headers.set('if-range', this.#version as string);
    }
    const response = await send({ ...init, headers });
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    if (asked && response.status === 416) {
      await response.body?.cancel();
      const size = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
      if (Number(size) === this.bytes) return true;
      await this.#restart();
      return await this.take(send, init, onProgress);
    }
    await checkStatus(response);
    const goesOn =
      asked && response.status === 206 && Number(range?.[1]) === this.bytes && this.#isSame(response);
    if (response.status === 206 && !goesOn) {
      await response.body?.cancel();
      if (!asked) throw new HttpConnectionError(`${response.url} sent a part that was not asked for`);
      await this.#restart();
      return await this.take(send, init, onProgress);
    }
    if (!goesOn) await this.#begin(response);
    const length = response.headers.get('content-length');
    const said = response.headers.has('content-encoding') || length === null ? undefined : Number(length);
    // A part that does not say the size of the whole may end before it.
    if (goesOn && range?.[2] !== '*') this.#size = Number(range?.[2]);
    else if (said !== undefined) this.#size ??= this.bytes + said;
    const total = this.#size;
    await this.#write(response, total, onProgress);
    if (total !== undefined && this.bytes !== total) {
      const said = `${response.url} ended after ${this.bytes} of ${total} bytes`;
      // Which of them are too many nobody knows.
      if (this.bytes > total) await this.#restart();
      throw new HttpConnectionError(said);
    }
    return true;
  }

  async #write(
    response: Response,
    total: number | undefined,
    onProgress: DownloadOptions['onProgress'],
  ): Promise<void> {
    const file = await open(this.#path, 'ab');
    try {
      for await (const chunk of response.body ?? []) {
        await file.write(chunk as Uint8Array);
        this.bytes += (chunk as Uint8Array).length;
        onProgress?.({ bytes: this.bytes, total });
      }
      await file.fsync();
    } finally {
      await file.close();
    }
  }

  async #begin(response: Response): Promise<void> {
    if (this.bytes > 0) this.restarted = true;
    await this.remove();
    this.#version = versionOf(response.headers);
    if (this.#version !== undefined) await this.#note.writeText(this.#version);
  }

  // Some servers take a Range, and no notice of If-Range.
  #isSame(response: Response): boolean {
    if (response.headers.has('content-encoding')) return false;
    const etag = response.headers.get('etag');
    return etag === null || !(this.#version as string).startsWith('"') || etag === this.#version;
  }

  async #restart(): Promise<void> {
    this.restarted = true;
    await this.remove();
  }

  async remove(): Promise<void> {
    this.bytes = 0;
    this.#version = this.#size = undefined;
    await this.#path.unlink({ missingOk: true });
    await this.#note.unlink({ missingOk: true });
  }

  /** Whatever is cancelled meanwhile. */
  async discard(): Promise<void> {
    await new CancelScope({ shield: true }).run(() => this.remove());
  }

  async finish(): Promise<void> {
    if (!(await this.#path.exists())) await this.#path.touch();
    const size = Number((await this.#path.stat()).size);
    if (size !== this.bytes)
      throw new UsageError(
        `${this.#path} has ${size} bytes and not ${this.bytes}: somebody else writes to it`,
      );
    await this.#path.replace(this.target);
    await this.#note.unlink({ missingOk: true });
  }
}
