// Three ways to ask a server, both cut short by the cancellation of the task that awaits them.

import { get as httpGet } from 'node:http';
import { currentSignal, getRunningLoop, interruptible, taskGroup } from '../../src/asyncio.ts';
import type { Coroutine } from '../../src/asyncio.ts';

/** The body of a response of status 200. Anything else is an error, and a cancel closes the connection. */
export type Get = (url: string) => Promise<string>;

/** A response of another status than 200. */
export class StatusError extends Error {
  static {
    this.prototype.name = 'StatusError';
  }
  readonly status: number;

  constructor(status: number, body: string) {
    super(`status ${status}: ${body}`);
    this.status = status;
  }
}

/** What takes an AbortSignal gets the task's own. */
export function getByFetch(url: string): Promise<string> {
  return fetchBody(url, currentSignal());
}

/** What takes an AbortSignal gets one for this wait alone. */
export async function getInterruptible(url: string): Promise<string> {
  return await interruptible((signal) => fetchBody(url, signal));
}

async function fetchBody(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  const body = await response.text();
  if (response.status !== 200) throw new StatusError(response.status, body);
  return body;
}

/** What speaks in callbacks settles a future, and `finally` takes it down. */
export async function getByFuture(url: string): Promise<string> {
  const answered = getRunningLoop().createFuture<string>();
  const fail = (error: Error): void => {
    if (!answered.done()) answered.setException(error);
  };
  // No agent: a connection of its own, with no limit on how many there are.
  const request = httpGet(url, { agent: false }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => (body += part));
    response.on('error', fail);
    response.on('end', () => {
      if (answered.done()) return;
      if (response.statusCode === 200) answered.setResult(body);
      else answered.setException(new StatusError(response.statusCode ?? 0, body));
    });
  });
  request.on('error', fail);
  try {
    return await answered;
  } finally {
    request.destroy();
  }
}

/** Runs `racer`, and `seen` as soon as the server has so many racers of the course. A time limit of a racer begins there:
 * a machine that is busy lets it pass before the request was sent, and what the server never saw it cannot see go. */
export async function onceSeen<T>(
  { url, course, racers }: { url: string; course: number; racers: number },
  racer: Coroutine<T>,
  seen: () => void,
): Promise<T> {
  return await taskGroup(async (group) => {
    group.startSoon(async () => {
      await getInterruptible(`${url}/report/${course}?racers=${racers}`);
      seen();
    });
    const answer = await racer();
    group.cancel();
    return answer;
  });
}
