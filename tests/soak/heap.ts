// How much of the heap is in use once everything is collected that can be.

/** Collects what can be collected; does nothing where the host does not let us. */
function collect(): void {
  const host = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
  if (host.Bun !== undefined) host.Bun.gc(true);
  else host.gc?.();
}

/** Bytes in use, after finalizers have had their turns. */
export async function settledHeap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return process.memoryUsage().heapUsed;
}
