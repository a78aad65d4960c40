// Values that no parameter is made for, and values that are right, by the type that is written.

import { Context, ContextVar, createTask, Future, sleep } from '../../src/asyncio.ts';
import type { Random } from '../../src/testing/random.ts';
import type { Parameter } from './declared.ts';

/** What a hostile value's getters and methods throw. */
export class Hostile extends Error {}

const refuse = (): never => {
  throw new Hostile('a hostile value was asked');
};

const traps: ProxyHandler<never> = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [name, refuse]),
);

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(64);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function shrunk(): Uint8Array {
  const buffer = new ArrayBuffer(64, { maxByteLength: 128 });
  const bytes = new Uint8Array(buffer, 32, 32);
  buffer.resize(8);
  return bytes;
}

/** Says that it is longer than it is. */
class Liar extends Uint8Array {
  override get byteLength(): number {
    return 1 << 20;
  }
  override get length(): number {
    return 1 << 20;
  }
}

function cyclic(): object {
  const object: Record<string, unknown> = {};
  object['self'] = object;
  object['toJSON'] = refuse;
  return object;
}

function aborted(): AbortSignal {
  return AbortSignal.abort(new Hostile('the reason'));
}

/** A promise that fails and counts as looked at. */
function failing(): Promise<never> {
  const promise = Promise.reject(new Hostile('failed'));
  promise.catch(() => {});
  return promise;
}

const numbers: readonly (() => unknown)[] = [
  () => Number.NaN,
  () => -1,
  () => -0,
  () => 0.5,
  () => 2 ** 31,
  () => 2 ** 32,
  () => 2 ** 53,
  () => -(2 ** 53),
  () => 1e308,
  () => Number.POSITIVE_INFINITY,
  () => Number.NEGATIVE_INFINITY,
  () => 2n ** 70n,
  () => -1n,
];

const others: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => '',
  () => 'a text',
  () => 'nul\0nul',
  () => '\ud800',
  () => 'long'.repeat(20_000),
  () => Symbol('hostile'),
  () => ({}),
  () => [],
  () => [null, undefined, {}],
  () => Object.create(null),
  cyclic,
  () => revoked({}),
  () => revoked(() => {}),
  () => revoked([]),
  () => new Proxy({}, traps),
  () => new Proxy(() => {}, traps),
  () => new Proxy(Promise.resolve(1), {}),
  () => Object.defineProperty({}, 'then', { get: refuse }),
  () => Object.defineProperty({}, 'total', { get: refuse }),
  () => ({ then: refuse, total: refuse, fileno: refuse, [Symbol.iterator]: refuse }),
  () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse }),
  () => refuse,
  () => async () => 1,
  // Where an async function is called for no promise, nobody looks at that: the host would call it uncaught.
  () => failing,
  () =>
    function* generator() {
      yield 1;
    },
  () => class Named {},
  () => new Date(Number.NaN),
  () => /x/g,
  () => new Map(),
  () => new Set([1]),
  () => new WeakRef({}),
  failing,
  aborted,
  () => new Error('given as a value'),
  () => globalThis,
];

const buffers: readonly (() => unknown)[] = [
  detached,
  shrunk,
  () => new Liar(8),
  () => new Uint8Array(0),
  () => new Uint8Array(new SharedArrayBuffer(16)),
  () => new Proxy(new Uint8Array(8), {}),
  () => revoked(new Uint8Array(8)),
  () => Object.create(Uint8Array.prototype),
  () => new ArrayBuffer(8),
  () => new SharedArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Float64Array(8),
  () => [1, 2, 3],
  () => Object.defineProperty(new Uint8Array(8), 'byteLength', { get: refuse }),
  () => Object.defineProperty(new Uint8Array(8), 'buffer', { get: refuse }),
];

/** A wrong value. Descriptors are not drawn from small numbers: those are open, and not the program's. */
export function wrong(random: Random, parameter: Parameter): unknown {
  if (isOptions(parameter) && random.oneIn(2)) return wrongOptions(random, parameter);
  const kinds = /Uint8Array|Buffer/.test(parameter.type)
    ? [buffers, buffers, others, numbers]
    : [others, others, numbers, buffers];
  const value = random.pick(random.pick(kinds))();
  return isDescriptor(parameter) && value === 0 ? -1 : value;
}

function isDescriptor({ name, type }: Parameter): boolean {
  return /\bfd\b|fileno|descriptor/i.test(`${name} ${type}`);
}

function isOptions({ name, type }: Parameter): boolean {
  return name === 'options' || /Options\b|^\{/.test(type);
}

const OPTION_NAMES = [
  ...[
    'name',
    'context',
    'eagerStart',
    'signal',
    'loop',
    'timeout',
    'returnWhen',
    'returnExceptions',
    'delay',
  ],
  ...[
    'max',
    'shield',
    'deadline',
    'limit',
    'depth',
    'write',
    'background',
    'compare',
    'default',
    'cause',
    'low',
  ],
  ...[
    'high',
    'ssl',
    'serverHostname',
    'family',
    'flags',
    'sock',
    'localAddr',
    'remoteAddr',
    'backlog',
    'graceTime',
  ],
  ...[
    'reuseAddress',
    'reusePort',
    'keepAlive',
    'startServing',
    'happyEyeballsDelay',
    'interleave',
    'allErrors',
  ],
  ...[
    'debug',
    'backend',
    'clock',
    'shutdownTimeout',
    'loopFactory',
    'handleSignals',
    'start',
    'threshold',
    'cushion',
  ],
  ...[
    'offset',
    'count',
    'fallback',
    'whenFull',
    'maxQueue',
    'mode',
    'cleanupSocket',
    'sslHandshakeTimeout',
    'path',
  ],
];

/** Options one of which is wrong, or throws when it is read. */
function wrongOptions(random: Random, { type }: Parameter): object {
  const declared = [...type.matchAll(/(\w+)\??:/g)].map(([, name]) => name as string);
  const name = random.pick(declared.length > 0 ? declared : OPTION_NAMES);
  if (random.oneIn(4)) return Object.defineProperty({}, name, { get: refuse, enumerable: true });
  return { [name]: random.pick(random.pick([numbers, others, buffers]))() };
}

/** A right value, as far as the type says. */
export function right(random: Random, parameter: Parameter, given: (type: string) => unknown): unknown {
  const { type } = parameter;
  const known = given(type);
  if (known !== undefined) return known;
  if (isDescriptor(parameter)) return 987_654;
  if (/Uint8Array|Buffer/.test(type))
    return /Iterable|readonly/.test(type) ? [Buffer.from('x')] : Buffer.from('some bytes');
  if (/Coroutine|Body<|=> PromiseLike/.test(type)) return async () => 1;
  if (/=>/.test(type)) return () => 1;
  if (/Iterable<[AF]>|Awaitable|PromiseLike/.test(type))
    return random.pick([() => [sleep(0)], () => [createTask(async () => 1)]])();
  if (/Future|Task\b/.test(type)) return sleep(0);
  if (/ContextVar/.test(type)) return new ContextVar('given');
  if (/^Context\b/.test(type)) return new Context();
  if (/number|Duration/.test(type)) return random.pick([0, 1, 2, 100]);
  if (/boolean/.test(type)) return random.oneIn(2);
  if (/string/.test(type)) return 'text';
  if (/unknown|^[A-Z]$/.test(type)) return random.pick([1, 'item', new Future()]);
  return {};
}
