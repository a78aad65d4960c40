// Courses 1 to 7, 9 and 11: plain races, told apart by what the server does with the n-th open request.
//
// `second` is the length of the exam's second in milliseconds, so that a test need not wait for real
// ones; every time in here is a multiple of it.

import { failed, right, Session, wrong } from './session.ts';
import type { Answer, Course, Visit } from './session.ts';

/** A course whose every request is a racer; `run` gets the racer's number among the open ones. */
function raceOf<T>(
  run: (visit: Visit, number: number, session: Session<T>) => Promise<Answer>,
  cancelled?: (session: Session<T>) => void,
): Course {
  const session = new Session<T>();
  return {
    races: () => true,
    answer: (visit) => run(visit, session.enter(), session),
    cancelled: () => cancelled?.(session),
    left: () => session.leave(),
  };
}

/** Two racers: the first is right once the second is there, which never gets an answer. */
export function course1(): Course {
  return raceOf<void>(async (visit, number, { gate }) => {
    if (number === 1) {
      await visit.pass(gate);
      return right;
    }
    gate.open();
    return visit.hold();
  });
}

/** Two racers: the second is hung up on, the first is right a second later. */
export function course2(second: number): Course {
  return raceOf<void>(async (visit, number, { gate }) => {
    if (number > 1) {
      gate.open();
      return 'hang up';
    }
    await visit.pass(gate);
    await visit.wait(second);
    return right;
  });
}

/** Very many racers: only the last one gets an answer, and only when all are there at once. */
export function course3(racers: number): Course {
  return raceOf<void>(async (visit, number) => (number < racers ? visit.hold() : right));
}

/** Racers that wait until one of them is cancelled; the others are right then. */
export function course4(): Course {
  return raceOf<void>(
    async (visit, _number, { gate }) => {
      await visit.pass(gate);
      return right;
    },
    ({ gate }) => gate.open(),
  );
}

/** Two racers: the first gets status 500 when the second is there, which is right a second later. */
export function course5(second: number): Course {
  return raceOf<void>(async (visit, number, { gate }) => {
    if (number === 1) {
      await visit.pass(gate);
      return failed;
    }
    gate.open();
    await visit.wait(second);
    return right;
  });
}

/** Three racers: status 500, right a second later, no answer at all. */
export function course6(second: number): Course {
  return raceOf<void>(async (visit, number, { gate }) => {
    if (number > 2) {
      gate.open();
      return visit.hold();
    }
    await visit.pass(gate);
    if (number === 1) return failed;
    await visit.wait(second);
    return right;
  });
}

/** A hedge: the first request is right if the second one came more than two seconds after it. */
export function course7(second: number): Course {
  return raceOf<number>(async (visit, number, { gate }) => {
    const now = performance.now();
    if (number > 1) {
      gate.open(now);
      return visit.hold();
    }
    return (await visit.pass(gate)) - now > 2 * second ? right : wrong;
  });
}

const lettersOfCourse9 = ['r', 'i', 'g', 'h', 't'];

/**
 * Ten racers: five get status 500, five a letter each, a second apart; who gets what is drawn by lot.
 * @param random numbers from 0 to below 1, for the lot
 */
export function course9(second: number, random: () => number): Course {
  type Lot = { letter: string; seconds: number } | undefined;

  function draw(): Lot[] {
    const lots: Lot[] = lettersOfCourse9.flatMap((letter, seconds) => [{ letter, seconds }, undefined]);
    for (let i = lots.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [lots[i], lots[j]] = [lots[j], lots[i]];
    }
    return lots;
  }

  return raceOf<Lot[]>(async (visit, number, { gate }) => {
    if (number === 2 * lettersOfCourse9.length) gate.open(draw());
    const lot = (await visit.pass(gate)).shift();
    if (lot === undefined) return failed;
    await visit.wait(lot.seconds * second);
    return { status: 200, body: lot.letter };
  });
}

/** Three racers: the third is right, the two others are hung up on. */
export function course11(): Course {
  return raceOf<void>(async (visit, number, { gate }) => {
    if (number === 3) {
      gate.open();
      return right;
    }
    await visit.pass(gate);
    return 'hang up';
  });
}
