// Contexts and their variables, with Python's semantics (PEP 567). A context maps variables to values; tasks run in
// one each, a copy of their creator's unless one is given, which is then shared. The map is replaced at each write
// and never changed, so a copy costs one object.

import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { OneLine, showValue } from '../../base/show.ts';
import { loopsAreInUse } from '../../loop/running.ts';
import { enterHere, inBareCallback, runWithStore, setOutermostStore } from '../../sys/host/storage.ts';
import { contextOf, currentFrame, InnerFrame, setOutermostContext, standsIn } from '../cancel/frame.ts';

export type Values = ReadonlyMap<ContextVar<unknown>, unknown>;
const NONE: Values = new Map();

/** A mapping of context variables to their values. Semantics: contextvars.Context.
 * @example
 * ```ts
 * import { Context, ContextVar } from 'asyncio-ts';
 * const user = new ContextVar<string>('user');
 * const context = new Context();
 * context.run(() => user.set('ada'));
 * console.log(context.get(user), user.get('nobody')); // -> ada nobody
 * ```
 */
export class Context extends OneLine {
  /** @internal */ _values: Values = NONE;
  #entered: boolean = false;

  /** Calls `fn` in this context; what it sets stays in the context. What `fn` starts goes on in it.
   * @throws UsageError when the context is entered already, by `run` or because the running task or callback
   * runs in it */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    if (this.#entered || standsIn(currentFrame(), this))
      throw new UsageError('cannot enter a context that is already entered: use copy()');
    this.#entered = true;
    try {
      return runWithStore(new InnerFrame(currentFrame(), this), () => fn(...args));
    } finally {
      this.#entered = false;
    }
  }

  /** A context with the same values that changes on its own from now on. */
  copy(): Context {
    const copy = new Context();
    copy._values = this._values;
    return copy;
  }

  has(variable: ContextVar<unknown>): boolean {
    return this._values.has(variable);
  }

  /** The variable's value in this context, or `fallback`. */
  get<T>(variable: ContextVar<T>, fallback?: T): T | undefined {
    const key = variable as ContextVar<unknown>;
    return this._values.has(key) ? (this._values.get(key) as T) : fallback;
  }

  get size(): number {
    return this._values.size;
  }

  keys(): IterableIterator<ContextVar<unknown>> {
    return this._values.keys();
  }

  values(): IterableIterator<unknown> {
    return this._values.values();
  }

  [Symbol.iterator](): IterableIterator<[ContextVar<unknown>, unknown]> {
    return this._values.entries();
  }

  /** @internal */
  protected override line(): string {
    return `<Context [${[...this._values.keys()].join(', ')}]>`;
  }
}

/** @throws InvalidArgumentError unless it is a {@link Context} @internal */
export function checkContext(context: Context): Context {
  if (context instanceof Context) return context;
  throw new InvalidArgumentError('context', `the context must be a Context, not ${showValue(context)}`);
}

/** What code outside of every task and callback shares before a loop runs, as the main thread's context in
 * Python; made when it first sets something. */
let outermost: Context | undefined;

/** The context that is in force here, to be changed; made where there was none yet. A callback that was
 * scheduled without one gets its own. So does what the host calls while a loop runs, a listener for example:
 * it starts from the outermost one, and neither it nor others see what the next one sets. @internal */
function contextHere(): Context {
  const frame = currentFrame();
  const context = contextOf(frame) as Context | undefined;
  if (context !== undefined) return context;
  if (frame !== undefined) {
    const own = new Context();
    setOutermostContext(frame, own);
    return own;
  }
  if (!inBareCallback() && !loopsAreInUse()) {
    if (outermost === undefined) {
      outermost = new Context();
      setOutermostStore(new InnerFrame(undefined, outermost));
    }
    return outermost;
  }
  const own = copyContext();
  enterHere(new InnerFrame(undefined, own));
  return own;
}

/** The values in force here; undefined where no variable was set yet. @internal */
function valuesHere(): Values | undefined {
  return readableHere()?._values;
}

/** What a new task gets: a copy of what is in force here, or nothing while that is empty. @internal */
export function inheritContext(): Context | undefined {
  const context = readableHere();
  return context === undefined || context.size === 0 ? undefined : context.copy();
}

function readableHere(): Context | undefined {
  const frame = currentFrame();
  if (frame !== undefined) return contextOf(frame) as Context | undefined;
  return inBareCallback() ? undefined : outermost;
}

/** A copy of the current context. Semantics: contextvars.copy_context.
 * @example
 * ```ts
 * import { ContextVar, copyContext } from 'asyncio-ts';
 * const depth = new ContextVar<number>('depth');
 * depth.set(1);
 * const copy = copyContext();
 * depth.set(2);
 * console.log(copy.get(depth), depth.get()); // -> 1 2
 * ```
 */
export function copyContext(): Context {
  return readableHere()?.copy() ?? new Context();
}

const MISSING: unique symbol = Symbol('Token.MISSING');

/** What {@link ContextVar.set} returns, to set the variable back; `using token = v.set(x)` does so by
 * itself. Semantics: contextvars.Token.
 * @example
 * ```ts
 * import { ContextVar, Token } from 'asyncio-ts';
 * const level = new ContextVar<number>('level', { default: 0 });
 * const token = level.set(1);
 * console.log(token.oldValue === Token.MISSING); // -> true
 * level.reset(token);
 * console.log(level.get()); // -> 0
 * ```
 */
export class Token<T> extends OneLine implements Disposable {
  /** What `oldValue` is when the variable had none. */
  static readonly MISSING: typeof MISSING = MISSING;
  readonly var: ContextVar<T>;
  readonly oldValue: T | typeof MISSING;
  /** @internal */ readonly _context: Context;
  /** @internal */ _used: boolean = false;

  /** @internal */
  constructor(variable: ContextVar<T>, oldValue: T | typeof MISSING, context: Context) {
    super();
    this.var = variable;
    this.oldValue = oldValue;
    this._context = context;
  }

  [Symbol.dispose](): void {
    this.var.reset(this);
  }

  protected override line(): string {
    return `<Token of ${this.var.name}${this._used ? ' used' : ''}>`;
  }
}

/** A variable whose value belongs to the task (or other context) that set it, and to what that starts
 * afterwards. Semantics: contextvars.ContextVar.
 * @example
 * ```ts
 * import { run, createTask, ContextVar } from 'asyncio-ts';
 * const user = new ContextVar<string>('user', { default: 'nobody' });
 * await run(async () => {
 *   user.set('ada');
 *   await createTask(async () => { console.log(user.get()); user.set('grace'); }); // -> ada
 *   console.log(user.get()); // -> ada
 * });
 * ```
 */
export class ContextVar<T> extends OneLine {
  readonly #name: string;
  readonly #hasDefault: boolean;
  readonly #default: T | undefined;

  constructor(name: string, options: { default?: T } = {}) {
    super();
    if (typeof name !== 'string') throw new InvalidArgumentError('name', 'a context variable needs a name');
    this.#name = name;
    this.#hasDefault = 'default' in options;
    this.#default = options.default;
  }

  get name(): string {
    return this.#name;
  }

  /** The value here; else `fallback`, else the variable's default.
   * @throws UsageError when there is none of the three (Python's LookupError) */
  get(...fallback: [value?: T]): T {
    const values = valuesHere();
    if (values !== undefined && values.has(this)) {
      return values.get(this) as T;
    }
    if (fallback.length > 0) return fallback[0] as T;
    if (this.#hasDefault) return this.#default as T;
    throw new UsageError(`the context variable "${this.name}" has no value here and no default`);
  }

  set(value: T): Token<T> {
    const context = contextHere();
    const old = context._values.has(this) ? (context._values.get(this) as T) : MISSING;
    context._values = new Map(context._values).set(this, value);
    return new Token(this, old, context);
  }

  /** Puts back what was there before the `set` that returned `token`.
   * @throws UsageError when the token was used already
   * @throws InvalidArgumentError when it is another variable's, or was made in another context */
  reset(token: Token<T>): void {
    if (token._used) throw new UsageError('the token was used once already');
    if (token.var !== this)
      throw new InvalidArgumentError('token', 'the token belongs to another variable');
    if (token._context !== contextHere()) {
      throw new InvalidArgumentError('token', 'the token was made in another context');
    }
    token._used = true;
    const values = new Map(token._context._values);
    if (token.oldValue === MISSING) values.delete(this);
    else values.set(this, token.oldValue);
    token._context._values = values;
  }

  protected override line(): string {
    return `<ContextVar ${this.name}>`;
  }
}
