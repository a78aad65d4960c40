// One failure stops its group: requests in progress, one of which fails. The same by Promise.all beside it.

import { interruptible, sleep, taskGroup } from '../../src/asyncio.ts';
import { fetchText, HttpError } from '../crawl/visit.ts';
import type { Demonstration } from '../part.ts';
import { rootErrors } from '../rootErrors.ts';
import { counted, shortDuration } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { openAtSite, settledAtSite } from './openAtSite.ts';

const slow = 20;

export async function groupPart({ site, progress }: Tools): Promise<Demonstration> {
  const began = performance.now();
  progress.begin('group', () => ({ done: slow + 1, total: undefined, unit: 'request' }));
  let failed = 0;
  try {
    await taskGroup(async (group) => {
      for (let n = 0; n < slow; n += 1) group.startSoon(() => fetchText(`${site.address}/slow/${n}`));
      await settledAtSite(site, slow);
      group.startSoon(async () => {
        try {
          await fetchText(`${site.address}/fails/`);
        } finally {
          failed = performance.now();
        }
      });
    });
  } catch (error) {
    // The group throws what failed, which is what was wanted. Anything else, a cancel above all, is passed on.
    if (!rootErrors(error).every((each) => each instanceof HttpError)) throw error;
  }
  const ended = performance.now() - failed;
  const left = await settledAtSite(site, 0);
  const leftByAll = await byPromiseAll(site.address, () => openAtSite(site));
  await settledAtSite(site, 0);
  const finding =
    `${counted(slow, 'request')} stopped ${shortDuration(ended)} after one failed` +
    (left === 0 ? '' : `, ${left} were left`);
  progress.end('done', [finding]);
  return {
    kind: 'demonstration',
    name: 'group',
    title: 'one failure stops its group',
    finding,
    elapsed: performance.now() - began,
    details: [
      `${counted(slow, 'request')} were being answered when one failed with status 500. taskGroup cancelled the ` +
        `others, waited until they had ended, and threw ${shortDuration(ended)} after the failure; the site then ` +
        `answered ${left}. After the same by Promise.all it still answered ${leftByAll}, for nobody. ` +
        '(tour/beyond/groupPart.ts)',
    ],
    facts: { requests: slow, endedAfter: ended, leftAtSite: left, leftAtSiteByPromiseAll: leftByAll },
  };
}

/** How many requests go on after Promise.all has thrown. */
async function byPromiseAll(address: string, count: () => Promise<number>): Promise<number> {
  const tidyUp = new AbortController();
  const { signal } = tidyUp;
  const requests = Array.from({ length: slow }, (_, n) => fetch(`${address}/slow/${n}`, { signal }));
  const fails = fetch(`${address}/fails/`).then(({ status }) => {
    throw new HttpError(status);
  });
  try {
    try {
      await interruptible(Promise.all([...requests, fails]));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
    }
    await sleep(50);
    return await count();
  } finally {
    tidyUp.abort();
    await interruptible(Promise.allSettled(requests));
  }
}
