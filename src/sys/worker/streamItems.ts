// The items of a generator in a worker, sent one by one while its consumer has room for them.
//
// 1. An item is sent at once: what comes after it may take long.
// 2. A cancel is thrown at the generator's `yield`; a consumer that has left ends it as `return` does. Both let its
//    `finally` blocks run.

import type { ActiveCall } from './activeCall.ts';

type Steps = Iterator<unknown> | AsyncIterator<unknown>;

/** Whether a work returned a generator. */
export function isGenerator(value: unknown): value is Steps {
  const {
    next,
    [Symbol.iterator]: own,
    [Symbol.asyncIterator]: ownAsync,
  } = (value ?? {}) as Partial<Generator & AsyncGenerator>;
  return (
    typeof value === 'object' && typeof next === 'function' && (own !== undefined || ownAsync !== undefined)
  );
}

/** Runs the generator to its end, and returns what it returns. */
export async function streamItems(
  call: ActiveCall,
  steps: Steps,
  send: (item: unknown) => void,
): Promise<unknown> {
  let thrown = false;
  for (;;) {
    if (call.room === 0 && !call.left && !call.cancelled()) {
      await new Promise<void>((resolve) => (call.changed = resolve));
      call.changed = undefined;
      continue;
    }
    if (call.left) return (await steps.return?.())?.value;
    const cancel = call.cancelled() && !thrown;
    if (cancel) thrown = true;
    if (cancel && steps.throw === undefined) throw call.reason();
    const step = cancel ? await steps.throw?.(call.reason()) : await steps.next();
    if (step === undefined || step.done === true) return step?.value;
    if (thrown) continue;
    call.room--;
    send(step.value);
  }
}
