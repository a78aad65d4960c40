export { memoize as entry, memoizeClear as pMemoizeClear } from 'asyncio-ts/tools';
/** Its tests of it fail: there are no decorators here. */
export const pMemoizeDecorator = undefined;
