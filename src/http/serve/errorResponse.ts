// What a handler returns or throws, looked at: the response that an error brings along, and what is no response.

import { ExceptionGroup } from '../../asyncio.ts';
import { HttpBodyError } from '../engine/httpBodyError.ts';
import { WebSocketClosedError } from '../websocket/webSocketErrors.ts';
import { HttpError } from './httpError.ts';

/** The response that an error brings along: ours, and those of frameworks. A response that the handler has spoiled itself
 * (500) is a failure like any other.
 * @throws what the making of it throws */
export function ownResponse(error: unknown): Response | undefined {
  if (error instanceof HttpError) return error.getResponse();
  if (error instanceof HttpBodyError)
    return error.status === 500 ? undefined : new Response(`${error.message}\n`, { status: error.status });
  const { getResponse } = (error ?? {}) as { getResponse?: () => unknown };
  const response = typeof getResponse === 'function' ? getResponse.call(error) : undefined;
  return response instanceof Response ? response : undefined;
}

/** Whether all that has failed is that a WebSocket's other side has closed it: alone, or in a group whose tasks shared it. */
export function isClosedOnly(error: unknown): boolean {
  if (error instanceof ExceptionGroup) return error.errors.every(isClosedOnly);
  return error instanceof WebSocketClosedError;
}

export function noResponse(value: unknown, title: string): TypeError {
  return new TypeError(`the handler of ${title} returned ${describe(value)}, and not a Response`);
}

/** @throws TypeError for what cannot be sent */
export function checkResponse(response: Response, title: string): void {
  if (response.type === 'error' || response.status < 200)
    throw new TypeError(`the handler of ${title} returned a response that is an error of the network`);
  if (response.bodyUsed || response.body?.locked === true)
    throw new TypeError(`the handler of ${title} returned a response whose body was read already`);
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' ? 'a string' : String(value);
  return `an object of ${value.constructor?.name ?? 'no class'}`;
}
