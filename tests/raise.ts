// Signals that a test sends to its own process.

import process from 'node:process';

/** Sends them, one after the other, and waits until each has arrived. */
export async function raise(...signals: NodeJS.Signals[]): Promise<void> {
  // A listener for a signal does not keep the process alive.
  const held = setInterval(() => {}, 60_000);
  for (const signal of signals) {
    const arrived = new Promise<void>((resolve) => void process.once(signal, () => resolve()));
    process.kill(process.pid, signal);
    await arrived;
  }
  clearInterval(held);
}
