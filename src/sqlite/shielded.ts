// Clean-up that a cancel must not stop half-way.

import { CancelScope } from '../asyncio.ts';

/** Waits for what `act` does, whatever is cancelled meanwhile. */
export async function shielded(act: () => Promise<unknown>): Promise<void> {
  await new CancelScope({ shield: true }).run(act);
}
