// Each pass starts without the garbage of the one before, where the runtime lets us (`--expose-gc`).

export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
