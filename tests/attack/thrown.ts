// What a program may throw. Whoever looks at such a value (for its name, its message, its class, to print it)
// runs the program's code once more, and that throws too.

/** An error with one member that throws when it is looked at. */
function touchy(member: PropertyKey): Error {
  return Object.defineProperty(new Error('touchy'), member, {
    get(): never {
      throw new Error(`${String(member)} was looked at`);
    },
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** A proxy that throws whatever is done to it. */
function untouchable(): object {
  const refuse = (): never => {
    throw new Error('touched');
  };
  const traps = Object.getOwnPropertyNames(Reflect).map((name) => [name, refuse]);
  return new Proxy(new Error('untouchable'), Object.fromEntries(traps) as ProxyHandler<Error>);
}

/** Makers, because each round throws a value of its own. */
export const thrown: Readonly<Record<string, () => unknown>> = {
  error: () => new Error('plain'),
  text: () => 'a text',
  undefined: () => undefined,
  symbol: () => Symbol('thrown'),
  withoutPrototype: () => Object.create(null) as object,
  revoked,
  untouchable,
  name: () => touchy('name'),
  message: () => touchy('message'),
  stack: () => touchy('stack'),
  cause: () => touchy('cause'),
  constructor: () => touchy('constructor'),
  then: () => touchy('then'),
  toString: () => touchy('toString'),
  toPrimitive: () => touchy(Symbol.toPrimitive),
  toStringTag: () => touchy(Symbol.toStringTag),
  inspect: () => touchy(Symbol.for('nodejs.util.inspect.custom')),
  abortError: () => Object.assign(new Error('aborted'), { name: 'AbortError', cause: revoked() }),
};
