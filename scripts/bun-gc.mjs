// Loaded before each test file on Bun: gives it the `gc()` that Node and Deno have with --expose-gc.

/** @type {any} */
const host = globalThis;
host.gc ??= () => host.Bun.gc(true);
