// checkStatus: a response that succeeds, or an error that says what the server said.

import { HttpStatusError } from './clientErrors.ts';

/** What of the body is read for the error. */
const SHOWN = 1024;

/** Returns a response that succeeds (200 to 299), and throws for any other, whose body it ends.
 * @throws HttpStatusError with the first part of the body
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { checkStatus, fetch, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(() => new Response('closed', { status: 410 }), { host: '127.0.0.1' });
 *   const asking = fetch(server.url).then(checkStatus);
 *   await asking.catch((error) => console.log(error.status, error.body)); // -> 410 closed
 * });
 * ```
 */
export async function checkStatus(response: Response): Promise<Response> {
  if (response.ok) return response;
  const { status, statusText, url, headers } = response;
  throw new HttpStatusError({ status, statusText, url, headers, body: await beginning(response) });
}

async function beginning(response: Response): Promise<string> {
  if (response.body === null || response.bodyUsed) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length >= SHOWN) break;
    }
  } catch (error) {
    // The status is what matters; a cancel is not to be held up.
    if ((error as { code?: string } | null)?.code === 'ERR_ASYNCIO_CANCELLED') throw error;
  }
  return text.slice(0, SHOWN);
}
