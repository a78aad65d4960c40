// A program whose copy of the library was replaced under it: what its hook would load is gone.

const gone = new URL('./gone/openProbe.js', import.meta.url).href;
const place = globalThis as unknown as Record<symbol, unknown[]>;
place[Symbol.for('asyncio-ts.inspect')] = [
  { protocol: 1, version: '0', open: async () => (await import(gone)) as unknown },
];
setInterval(() => {}, 60_000);
console.log('ready');
