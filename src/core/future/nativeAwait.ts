// Whether `await` is the engine's own. Code that TypeScript compiled to something older than ES2017 calls `then`
// instead, and then a task's waits are not seen and cannot be cancelled. What esbuild, SWC and Babel make of it awaits
// by `Promise.resolve`, which is seen.

/** How each such function calls `__awaiter`, whatever a minifier calls that. */
const COMPILED = /\((?:this|void 0), ?(?:void 0|arguments), ?(?:void 0|\w+), ?\(?function/;
const BEGINNING = 2000;

/** True when an `await` reads `constructor`, which is how a task learns what it waits for. False where this library
 * was compiled to something older than ES2017: then no cancel can interrupt an await.
 * @example
 * ```ts
 * import { hostAwaitsNatively } from 'asyncio-ts/lowlevel';
 * console.log(await hostAwaitsNatively()); // -> true
 * ```
 */
export async function hostAwaitsNatively(): Promise<boolean> {
  let read = false;
  const probe: Promise<void> = Promise.resolve();
  void Object.defineProperty(probe, 'constructor', {
    get: () => {
      read = true;
      return Promise;
    },
  });
  await probe;
  return read;
}

/** True when the source of `fn` shows that its awaits were compiled away. */
export function awaitsCompiledAway(fn: (...args: never[]) => unknown): boolean {
  return COMPILED.test(Function.prototype.toString.call(fn).slice(0, BEGINNING));
}
