// Whether `await` is the engine's own. Code compiled to something older than ES2017 calls `then` instead,
// and then a task's waits are not seen and cannot be cancelled.

const COMPILED = /\b_{1,2}awaiter\b|\basyncToGenerator\b|\bregeneratorRuntime\b|\b_regenerator\b/;

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
  return COMPILED.test(Function.prototype.toString.call(fn));
}
