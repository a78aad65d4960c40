// The options of writing JSON, and what they come to.

import { AsyncioError, InvalidArgumentError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** How values are written; each has Python's meaning, and its default. */
export interface JsonDumpOptions {
  /** Whether names that are none in JSON (objects, symbols) are left out, rather than refused. */
  readonly skipkeys?: boolean | undefined;
  /** Whether all that is not ASCII is escaped. True by default. */
  readonly ensureAscii?: boolean | undefined;
  /** Whether a value that contains itself is looked for. True by default; otherwise it is refused as too deep. */
  readonly checkCircular?: boolean | undefined;
  /** Whether NaN and the infinities are written, which JSON has not. True by default. */
  readonly allowNan?: boolean | undefined;
  /** Whether names are in order, by code point. False by default. */
  readonly sortKeys?: boolean | undefined;
  /** With this, each value is on a line of its own, indented by as many spaces, or by this text, as it is deep. */
  readonly indent?: number | string | null | undefined;
  /** Between items, and between a name and its value: `[', ', ': ']` by default, `[',', ': ']` with an indent. */
  readonly separators?: readonly [item: string, key: string] | undefined;
  /** Makes something that can be written of a value that can't. */
  readonly default?: ((value: unknown) => unknown) | undefined;
  /** How deep arrays and objects may be in each other; 10,000 by default. */
  readonly maxDepth?: number | undefined;
}

/** A value that can't be written as JSON. Python has TypeError, ValueError and RecursionError for it.
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * try {
 *   json.dumps({ when: new Map([[{}, 1]]) });
 * } catch (error) {
 *   console.log(error instanceof json.JSONEncodeError, (error as Error).message);
 *   // -> true keys must be str, int, float, bool or None, not Object
 * }
 * ```
 */
export class JSONEncodeError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_JSON_ENCODE', message, options);
  }
}
defineError(JSONEncodeError, 'JSONEncodeError');

/** The options, resolved. */
export interface JsonDumpSettings {
  readonly skipkeys: boolean;
  readonly ensureAscii: boolean;
  readonly checkCircular: boolean;
  readonly allowNan: boolean;
  readonly sortKeys: boolean;
  readonly indent: string | undefined;
  readonly itemSeparator: string;
  readonly keySeparator: string;
  readonly default: ((value: unknown) => unknown) | undefined;
  readonly maxDepth: number;
}

/** @throws InvalidArgumentError for an indent or separators that are none */
export function jsonDumpSettings(options: JsonDumpOptions = {}): JsonDumpSettings {
  const { indent, separators, maxDepth = 10_000 } = options;
  if (indent !== undefined && indent !== null && typeof indent !== 'number' && typeof indent !== 'string')
    throw new InvalidArgumentError('indent', 'indent is a number of spaces, or a text');
  const indented = indent === undefined || indent === null ? undefined : indent;
  const [item = indented === undefined ? ', ' : ',', key = ': '] = separators ?? [];
  if (typeof item !== 'string' || typeof key !== 'string')
    throw new InvalidArgumentError('separators', 'separators are two strings');
  return {
    skipkeys: options.skipkeys ?? false,
    ensureAscii: options.ensureAscii ?? true,
    checkCircular: options.checkCircular ?? true,
    allowNan: options.allowNan ?? true,
    sortKeys: options.sortKeys ?? false,
    indent: typeof indented === 'number' ? ' '.repeat(Math.max(0, indented)) : indented,
    itemSeparator: item,
    keySeparator: key,
    default: options.default,
    maxDepth,
  };
}
