// fetch, events and download without a client: over the one that each loop has, which ends with it.

import type { FilePath } from '../../files/files.ts';
import type { ClientRequestOptions } from './clientOptions.ts';
import type { DownloadOptions, Downloaded } from './download.ts';
import { sharedClient } from './httpClient.ts';
import type { ClientInput, HttpClient } from './httpClient.ts';
import { dropBody } from './outgoing.ts';
import type { EventsOptions, ReceivedEvent } from './receiveEvents.ts';

/** As the host's `fetch`, under the task's cancel: it ends the request, and the reading of its body. With limits of time,
 * tries and copies where the options say so.
 * @throws CancelledError; TimeoutError; HttpConnectionError when no response came; TypeError for what the host refuses
 * @example
 * ```ts
 * import { run, sleep, timeout, TimeoutError } from 'asyncio-ts';
 * import { fetch, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   const slow = async () => { await sleep(60_000); return new Response(); };
 *   await using server = await serve(slow, { host: '127.0.0.1' });
 *   const asking = timeout(20, () => fetch(server.url));
 *   await asking.catch((error) => console.log(error instanceof TimeoutError)); // -> true
 * });
 * ```
 */
export async function fetch(input: ClientInput, options: ClientRequestOptions = {}): Promise<Response> {
  let client: HttpClient;
  try {
    client = await sharedClient();
  } catch (error) {
    dropBody(options.body, error);
    throw error;
  }
  return await client.fetch(input, options);
}

/** Server-sent events. When the connection ends or breaks, it connects again after the pause that the server has asked for
 * by `retry:`, and says by `Last-Event-ID` what it has seen. It ends when the server answers 204, and the connection with
 * it when the loop is left.
 * @throws HttpStatusError for a status that is no success; HttpConnectionError when no more tries are left
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { events, eventStream, serve } from 'asyncio-ts/http';
 * async function* prices() { yield { id: '1', event: 'price', data: 'tea 3' }; }
 * await run(async () => {
 *   await using server = await serve(() => eventStream(prices()), { host: '127.0.0.1' });
 *   for await (const { id, event, data } of events(server.url)) {
 *     console.log(id, event, data); // -> 1 price tea 3
 *     break;
 *   }
 * });
 * ```
 */
export async function* events(
  url: string | URL,
  options: EventsOptions = {},
): AsyncGenerator<ReceivedEvent, void, undefined> {
  yield* (await sharedClient()).events(url, options);
}

/** Downloads into a file. It is written beside, as `path` with `.part`, and gets its name when it is whole. When the
 * connection breaks it goes on from there, as long as the server says by its ETag or date that it is the same file; a
 * download that is cancelled or fails leaves the part, and the next one goes on with it (`resume: false` leaves nothing).
 * @throws HttpStatusError for a status that is no success; HttpConnectionError when no more tries are left; OSError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { Path, TemporaryDirectory } from 'asyncio-ts/files';
 * import { download, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   await using server = await serve(() => new Response('the file'), { host: '127.0.0.1' });
 *   const { bytes } = await download(server.url, `${folder.name}/file`);
 *   console.log(bytes, await new Path(folder.name, 'file').readText()); // -> 8 the file
 * });
 * ```
 */
export async function download(
  url: string | URL,
  path: FilePath,
  options: DownloadOptions = {},
): Promise<Downloaded> {
  return await (await sharedClient()).download(url, path, options);
}
