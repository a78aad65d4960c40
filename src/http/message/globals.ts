// The platform's global classes are replaced while a server runs, as @hono/node-server does: a handler that says
// `new Response(…)` makes a light one then, and `fetch(request)` and `new Request(request)` take a light one.
//
// 1. It lasts from the first server to the last, and a program can do without (`serve`'s option). What somebody else has
//    put in their place meanwhile stays.
// 2. `instanceof` holds for both kinds in both states.

import { LightHeaders } from './headers.ts';
import { nativeRequest, NativeRequest } from './request.ts';
import { LightResponse } from './response.ts';

type Init = ConstructorParameters<typeof Request>[1];
type Input = ConstructorParameters<typeof Request>[0];

const ordinary = Function.prototype[Symbol.hasInstance];

/** The platform's own, which takes a light one as well. */
class WideRequest extends NativeRequest {
  constructor(input: Input, init?: Init) {
    super(unwrapped(input), init instanceof NativeRequest ? nativeRequest(init) : init);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return ordinary.call(this === WideRequest ? NativeRequest : this, value);
  }
}

function unwrapped(input: Input): Input {
  return input instanceof NativeRequest ? nativeRequest(input) : input;
}

/** As `inner`, which was there before, and takes a light request. */
function wideFetch(inner: typeof fetch): typeof fetch {
  return async function fetch(input, init) {
    const options = init instanceof NativeRequest ? nativeRequest(init) : init;
    return await inner(input instanceof NativeRequest ? nativeRequest(input) : input, options);
  };
}

let users = 0;
const before: Map<string, { readonly descriptor: PropertyDescriptor; readonly value: unknown }> = new Map();

/** Replaces them. @returns what puts them back, when nobody else wants them replaced any more */
export function replaceGlobals(): () => void {
  if (users++ === 0) {
    for (const [name, type] of [
      ['Request', WideRequest],
      ['Response', LightResponse],
      ['Headers', LightHeaders],
    ] as const) {
      Object.defineProperty(type, 'name', { value: name });
      replace(name, type);
    }
    replace('fetch', wideFetch(globalThis.fetch));
  }
  let given = true;
  return () => {
    if (!given) return;
    given = false;
    if (--users === 0) for (const name of [...before.keys()]) putBack(name);
  };
}

function replace(name: string, value: unknown): void {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor?.configurable !== true) return;
  before.set(name, { descriptor, value });
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: descriptor.enumerable ?? false,
    writable: true,
    value,
  });
}

function putBack(name: string): void {
  const replaced = before.get(name);
  before.delete(name);
  if (replaced === undefined || (globalThis as Record<string, unknown>)[name] !== replaced.value) return;
  Object.defineProperty(globalThis, name, replaced.descriptor);
}
