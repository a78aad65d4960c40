// Context variables and their tokens, with Python's semantics (PEP 567). See context.ts.

import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { contextHere, valuesHere } from './context.ts';
import type { Context } from './context.ts';

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
export class Token<T> implements Disposable {
  /** What `oldValue` is when the variable had none. */
  static readonly MISSING: typeof MISSING = MISSING;
  readonly var: ContextVar<T>;
  readonly oldValue: T | typeof MISSING;
  /** @internal */ readonly _context: Context;
  /** @internal */ _used: boolean = false;

  /** @internal */
  constructor(variable: ContextVar<T>, oldValue: T | typeof MISSING, context: Context) {
    this.var = variable;
    this.oldValue = oldValue;
    this._context = context;
  }

  [Symbol.dispose](): void {
    this.var.reset(this);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
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
export class ContextVar<T> {
  readonly #name: string;
  readonly #hasDefault: boolean;
  readonly #default: T | undefined;

  constructor(name: string, options: { default?: T } = {}) {
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

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<ContextVar ${this.name}>`;
  }
}
