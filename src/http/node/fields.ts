// Header fields between the flat lists of the contract and what node:http takes and gives.

import type { FlatFields } from '../engine/exchange.ts';

/** As they were sent, with names in lower case; without the `:` fields of HTTP/2. */
export function flatFields(raw: readonly string[]): FlatFields {
  const fields: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    if (!name.startsWith(':')) fields.push(name, raw[index + 1] as string);
  }
  return fields;
}

export function firstField(fields: FlatFields, name: string): string | undefined {
  for (let index = 0; index < fields.length; index += 2)
    if (fields[index] === name) return fields[index + 1];
  return undefined;
}

export type HostFields = Record<string, string | string[]>;

/** Those that the connection needs between two ends of HTTP/1.1, and that HTTP/2 refuses. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** How a body is framed is the engine's; a response that was passed on would bring its own. */
function isFraming(name: string, value: string): boolean {
  if (name === 'connection') return value.toLowerCase() === 'keep-alive';
  return name === 'transfer-encoding' || name === 'keep-alive';
}

/** An object, as every host's node:http takes it: fields of one name become a list. */
export function hostFields(fields: FlatFields, http2: boolean): HostFields {
  const all: HostFields = Object.create(null) as HostFields;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] as string;
    const value = fields[index + 1] as string;
    if (http2 ? ofConnection.has(name) : isFraming(name, value)) continue;
    const before = all[name];
    if (before === undefined) all[name] = value;
    else if (typeof before === 'string') all[name] = [before, value];
    else before.push(value);
  }
  return all;
}
