// The oldest Node that the library runs on, checked when it is imported: what comes later would fail one day with
// `Promise.withResolvers is not a function`.
//
// 1. host.ts imports it, on which all else stands that runs when it is imported. package.json declares the effect
//    (`sideEffects`).
// 2. It imports nothing, and nothing in dist/bundle has syntax or imports that Node 18 doesn't know: a file that can't
//    be linked fails before any is run.

interface Versions {
  readonly node?: string;
  readonly bun?: string;
  readonly deno?: string;
}

/** Why this host is no good, in one sentence, or undefined. Bun and Deno name the Node that they stand for. */
function tooOld({ node, bun, deno }: Versions): string | undefined {
  if (node === undefined || bun !== undefined || deno !== undefined) return undefined;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return undefined;
  return `asyncio-ts needs Node 22.12 or later; this is ${node}`;
}

const complaint = tooOld(globalThis.process?.versions ?? {});
if (complaint !== undefined) {
  // Where in the library this is thrown says nothing to anybody.
  throw Object.assign(new Error(complaint), {
    code: 'ERR_ASYNCIO_UNSUPPORTED',
    stack: `Error: ${complaint}`,
  });
}
