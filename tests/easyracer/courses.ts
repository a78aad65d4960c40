// The exam: the courses of EasyRacer, sat with asyncio-ts and plain async functions.
//
// Nothing in here threads a signal, keeps a list of what to cancel, or waits for a loser: `race`, `any`
// and `hedge` return when the losers are cancelled and have cleaned up.

import {
  any,
  checkCancelled,
  gather,
  getRunningLoop,
  hedge,
  race,
  taskGroup,
  ThreadPoolExecutor,
  timeout,
} from '../../src/asyncio.ts';
import { onceSeen, StatusError } from './get.ts';
import type { Get } from './get.ts';
import { loads } from './processLoad.ts';

export interface Exam {
  /** The server's address. */
  readonly url: string;
  readonly get: Get;
  /** Milliseconds of a second of the exam. */
  readonly second: number;
  /** Racers of course 3. */
  readonly racers: number;
}

/** Race two requests. */
function course1({ url, get }: Exam): Promise<string> {
  const racer = (): Promise<string> => get(`${url}/1`);
  return race([racer, racer]);
}

/** Race two requests, of which one gets a connection error. */
function course2({ url, get }: Exam): Promise<string> {
  const racer = (): Promise<string> => get(`${url}/2`);
  return any([racer, racer]);
}

/** Race very many requests. */
function course3({ url, get, racers }: Exam): Promise<string> {
  return race(Array.from({ length: racers }, () => () => get(`${url}/3`)));
}

/** Race two requests, of which one has a timeout of a second, from when the server has both. */
function course4({ url, get, second }: Exam): Promise<string> {
  const racer = (): Promise<string> => get(`${url}/4`);
  const limited = (): Promise<string> =>
    timeout(undefined, (limit) =>
      onceSeen({ url, course: 4, racers: 2 }, racer, () => {
        limit.reschedule(getRunningLoop().time() + second);
      }),
    );
  return any([racer, limited]);
}

/** Race two requests; another status than 200 loses. */
function course5({ url, get }: Exam): Promise<string> {
  const racer = (): Promise<string> => get(`${url}/5`);
  return any([racer, racer]);
}

/** Race three requests; another status than 200 loses. */
function course6({ url, get }: Exam): Promise<string> {
  const racer = (): Promise<string> => get(`${url}/6`);
  return any([racer, racer, racer]);
}

/** Start a request, and at least three seconds later another one; the fourth is for a busy machine. */
function course7({ url, get, second }: Exam): Promise<string> {
  return hedge(() => get(`${url}/7`), { delay: 4 * second, max: 2 });
}

/** Race two uses of a resource each, which is opened before and closed after, whatever happens. */
function course8({ url, get }: Exam): Promise<string> {
  async function racer(): Promise<string> {
    const id = await get(`${url}/8?open`);
    try {
      return await get(`${url}/8?use=${id}`);
    } finally {
      await get(`${url}/8?close=${id}`);
    }
  }
  return any([racer, racer]);
}

/** Ten requests at once, of which five fail; the letters in the order in which they come. */
async function course9({ url, get }: Exam): Promise<string> {
  let letters = '';
  async function racer(): Promise<void> {
    try {
      // Not `letters += await …`: that reads the letters before it waits.
      const letter = await get(`${url}/9`);
      letters += letter;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }
  await taskGroup(async (group) => {
    for (let i = 0; i < 10; i += 1) group.startSoon(racer);
  });
  return letters;
}

/** Compute with all processors while a request is open, and stop when it is answered; meanwhile tell the load of this
 * process once a second, until the server has heard enough. */
async function course10({ url, get, second }: Exam): Promise<string> {
  const id = crypto.randomUUID();
  const maxWorkers = 2;
  const pool = new ThreadPoolExecutor({ maxWorkers });

  const burnAll = async (): Promise<void> => {
    await gather(Array.from({ length: maxWorkers }, () => pool.submit(burn)));
  };
  try {
    const [, answer] = await gather([
      async () => void (await race([() => get(`${url}/10?${id}`), burnAll])),
      async (): Promise<string | undefined> => {
        for await (const load of loads(second)) {
          try {
            return await get(`${url}/10?${id}=${load}`);
          } catch (error) {
            if (!(error instanceof StatusError && error.status === 302)) throw error;
          }
        }
        return undefined;
      },
    ] as const);
    return answer ?? 'the loads have ended';
  } finally {
    await pool.shutdown();
  }
}

function burn(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  for (let digest = 'easy'; ; digest = createHash('sha256').update(digest).digest('hex')) checkCancelled();
}

/** Race a request with a race of two requests, in which all fail. */
function course11({ url, get }: Exam): Promise<string> {
  const racer = (): Promise<string> => get(`${url}/11`);
  return any([racer, () => any([racer, racer])]);
}

/** A course, and how its racers must have ended on the server's side. */
export interface Sitting {
  readonly course: number;
  readonly sit: (exam: Exam) => Promise<string>;
  readonly answered: number;
  /** `'others'`: all but the one that is answered. */
  readonly cancelled: number | 'others';
  readonly hungUp: number;
}

export const sittings: readonly Sitting[] = [
  { course: 1, sit: course1, answered: 1, cancelled: 1, hungUp: 0 },
  { course: 2, sit: course2, answered: 1, cancelled: 0, hungUp: 1 },
  { course: 3, sit: course3, answered: 1, cancelled: 'others', hungUp: 0 },
  { course: 4, sit: course4, answered: 1, cancelled: 1, hungUp: 0 },
  { course: 5, sit: course5, answered: 2, cancelled: 0, hungUp: 0 },
  { course: 6, sit: course6, answered: 2, cancelled: 1, hungUp: 0 },
  { course: 7, sit: course7, answered: 1, cancelled: 1, hungUp: 0 },
  { course: 8, sit: course8, answered: 2, cancelled: 0, hungUp: 0 },
  { course: 9, sit: course9, answered: 10, cancelled: 0, hungUp: 0 },
  { course: 10, sit: course10, answered: 1, cancelled: 0, hungUp: 0 },
  { course: 11, sit: course11, answered: 1, cancelled: 0, hungUp: 2 },
];
