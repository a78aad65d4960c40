// One page: asked for under a timeout, and again when that may help.

import { interruptible, sleep, timeout, TimeoutError } from '../../src/asyncio.ts';
import { rootErrors } from '../rootErrors.ts';

/** What became of a page. */
export interface Visit {
  readonly path: string;
  /** Its text, where it was had. */
  readonly text: string | undefined;
  /** `ok`, or why it was given up. */
  readonly outcome: string;
  readonly attempts: number;
  readonly timeouts: number;
  /** Milliseconds from the first attempt to the end of the last one. */
  readonly elapsed: number;
}

export interface VisitOptions {
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly pause: number;
  readonly attempts: number;
}

/** The text at the address. A cancel, a timeout too, stops the request.
 * @throws HttpError for a status that is not 200 */
export async function fetchText(address: string): Promise<string> {
  return await interruptible(async (signal) => {
    const response = await fetch(address, { signal });
    const text = await response.text();
    if (response.status !== 200) throw new HttpError(response.status);
    return text;
  });
}

export class HttpError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }

  static {
    this.prototype.name = 'HttpError';
  }
}

/** Asks for a page until it is had, or until it makes no sense any more. */
export async function visit(address: string, path: string, options: VisitOptions): Promise<Visit> {
  const began = performance.now();
  let timeouts = 0;
  let pause = options.pause;
  const ended = (text: string | undefined, outcome: string, attempts: number): Visit => ({
    path,
    text,
    outcome,
    attempts,
    timeouts,
    elapsed: performance.now() - began,
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return ended(await timeout(options.timeout, () => fetchText(address + path)), 'ok', attempt);
    } catch (error) {
      const outcome = outcomeOf(error);
      if (error instanceof TimeoutError) timeouts += 1;
      if (outcome === undefined) throw error;
      if (attempt === options.attempts || outcome === 'status 404')
        return ended(undefined, outcome, attempt);
    }
    await sleep(pause);
    pause *= 2;
  }
}

/** In words, what a page or the network did wrong; undefined for an error that is ours, or a cancel. */
function outcomeOf(error: unknown): string | undefined {
  if (error instanceof TimeoutError) return 'timeout';
  if (error instanceof HttpError) return error.message;
  // fetch says `TypeError: fetch failed`, or `terminated`, with the network's error as its cause.
  const [root] = rootErrors(error instanceof TypeError ? error.cause : undefined);
  return root instanceof Error ? 'cut off' : undefined;
}
