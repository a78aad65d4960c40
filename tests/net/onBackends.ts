// Cases that run once on each backend that is here.

import { test } from 'node:test';
import { newEventLoop, run } from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import type { BackendName } from '../../src/loop/backendName.ts';
import { backends, selectorMissing } from './backends.ts';

export interface OnBackendsOptions {
  /** Only on this one; its absence is a reason to skip. */
  only?: BackendName;
  skip?: string | false;
  /** Milliseconds. */
  timeout?: number;
}

export type BackendBody = (loop: EventLoop, backend: BackendName) => Promise<unknown>;

/** A test for each backend, as the main task of a loop on it; the title gets the backend's name behind it. */
export function onBackends(title: string, body: BackendBody, options: OnBackendsOptions = {}): void {
  const { only, timeout = 10_000 } = options;
  for (const backend of only === undefined ? backends : [only]) {
    const skip = options.skip || (backend === 'selector' && selectorMissing);
    test(`${title} (${backend})`, { timeout, skip }, () => runOn(backend, body));
  }
}

/** Runs `body` on a loop with this backend. */
export async function runOn(backend: BackendName, body: BackendBody): Promise<void> {
  const loop = newEventLoop({ backend });
  await run(
    async () => {
      await body(loop, backend);
    },
    { loop, handleSignals: false },
  );
}
