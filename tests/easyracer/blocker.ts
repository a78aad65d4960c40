// Course 10: heavy computing that must not stand in the way of other requests.
//
// `GET /10?id` is held for some seconds, in which the client computes. Meanwhile, once a second,
// `GET /10?id=load` tells the load of its processor, from 0 to 1. As long as there is more to tell
// the answer is 302; at the end it is right if the load was high before and is low now.

import { right } from './session.ts';
import type { Answer, Course, Visit } from './session.ts';

interface Blocker {
  readonly loads: number[];
  readonly seconds: number;
  readonly until: number;
}

const goOn: Answer = { status: 302, body: '' };

/** @param random numbers from 0 to below 1, for the length of the first request: 5 to 9 seconds */
export function course10(second: number, random: () => number): Course {
  const blockers = new Map<string, Blocker>();

  async function block(visit: Visit, id: string): Promise<Answer> {
    const seconds = 5 + Math.floor(random() * 5);
    blockers.set(id, { loads: [], seconds, until: performance.now() + seconds * second });
    await visit.wait(seconds * second);
    return { status: 200, body: '' };
  }

  function tell(id: string, load: number): Answer {
    const blocker = blockers.get(id);
    if (blocker === undefined) return goOn;
    const { loads, seconds, until } = blocker;
    if (performance.now() < until) {
      loads.push(load);
      return goOn;
    }
    if (loads.length < seconds - 1) return refuse(`only ${loads.length} loads in ${seconds} seconds`);
    const mean = loads.reduce((sum, each) => sum + each, 0) / loads.length;
    if (load > 0.3) return { status: 302, body: `the load is still ${load}` };
    if (mean < 0.8) return refuse(`the load was only ${mean} while the request was held`);
    return right;
  }

  return {
    races: ({ query }) => [...query.values()][0] === '',
    async answer(visit) {
      const [id, value] = [...visit.query][0] ?? [];
      if (id === undefined || value === undefined) return refuse('which request? the query names it');
      if (value === '') return block(visit, id);
      const load = Number(value);
      return Number.isNaN(load) ? refuse(`the load is not a number: ${value}`) : tell(id, load);
    },
  };
}

function refuse(why: string): Answer {
  return { status: 400, body: why };
}
