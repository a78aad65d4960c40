import { sleep } from '../../../src/asyncio.ts';

await sleep(1000);
