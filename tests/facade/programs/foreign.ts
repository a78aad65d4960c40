// A timeout whose body waits for a foreign promise for some milliseconds, or a main that was compiled away.

import process from 'node:process';
import { run, timeout } from '../../../src/asyncio.ts';

const how = process.argv[2] ?? '';

function __awaiter(
  _this: unknown,
  _arguments: unknown,
  _P: unknown,
  generator: () => Iterator<unknown>,
): Promise<void> {
  generator().next();
  return Promise.resolve();
}

if (how === 'compiled') {
  for (let i = 0; i < 2; i++) {
    await run(function oldMain() {
      // prettier-ignore
      return __awaiter(void 0, void 0, void 0, function* () {});
    });
  }
} else {
  const begin = performance.now();
  await run(() => timeout(10, () => new Promise((resolve) => setTimeout(resolve, Number(how)))));
  console.log(`after ${Math.round(performance.now() - begin)} ms`);
}
