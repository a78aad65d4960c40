// What was thrown, taken apart for the way: structured clone keeps neither an error's class nor its fields.
//
// 1. Packing never throws, whatever was thrown: a proxy, an error whose getters throw, a circle of causes.
// 2. What cannot be cloned is shown as text, or left out where it is a field.

import type { PackedError } from './protocol.ts';

const DEEPEST = 8;
const NOT_FIELDS: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors']);

export function packError(thrown: unknown, depth: number = 0): PackedError {
  try {
    return thrown instanceof Error || isErrorLike(thrown)
      ? packFields(thrown, depth)
      : { error: false, value: cloneable(thrown) };
  } catch {
    return { error: false, value: 'something that cannot be shown' };
  }
}

// Errors of another realm, such as the host's own.
function isErrorLike(thrown: unknown): thrown is Error {
  return Object.prototype.toString.call(thrown) === '[object Error]';
}

function packFields(error: Error, depth: number): PackedError {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (NOT_FIELDS.has(key)) continue;
    const value = attempt(() => (error as unknown as Record<string, unknown>)[key]);
    if (isCloneable(value)) fields[key] = value;
  }
  // The host's errors have it on the object, ours and DOMException on the prototype.
  const code = attempt(() => (error as { code?: unknown }).code);
  if (typeof code === 'string' || typeof code === 'number') fields['code'] = code;
  const cause = attempt(() => error.cause);
  const errors = attempt(() => (error as Partial<AggregateError>).errors);
  return {
    error: true,
    name: text(() => error.name),
    message: text(() => error.message),
    stack: text(() => error.stack),
    fields,
    ...(cause !== undefined && depth < DEEPEST && { cause: packError(cause, depth + 1) }),
    ...(Array.isArray(errors) &&
      depth < DEEPEST && { errors: errors.map((each) => packError(each, depth + 1)) }),
  };
}

function text(read: () => unknown): string {
  const value = attempt(read);
  return typeof value === 'string' ? value : '';
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function cloneable(value: unknown): unknown {
  return isCloneable(value) ? value : text(() => String(value));
}

function isCloneable(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return typeof value !== 'symbol';
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
