// A query of the pool's own that waits in the line with all that is needed to begin.
//
// 1. It is begun in the very moment in which a connection is free: when the one before it has its ReadyForQuery. No task has to
//    wake between two queries, and the server does not wait.
// 2. One that went well gives its connection back in the moment of its end. One that did not leaves that to its task.
// 3. Cancelled in the line, it leaves it. Cancelled later, its connection goes to nobody before it is quiet, as for any query.

import { explainWait } from '../../lowlevel.ts';
import { ask } from '../connection/queries.ts';
import type { Arguments, Wanted } from '../connection/queries.ts';
import type { RunStatement } from '../statement/runStatement.ts';
import type { Member, Members } from './members.ts';

/** Asks when the turn has come. Nothing else is done on the connection, before or after. */
export async function askInLine<R>(
  members: Members,
  wanted: Wanted<R>,
  query: string,
  args: Arguments,
): Promise<R> {
  let lent: Member | undefined;
  let run: RunStatement | undefined;
  const begin = (member: Member): void => {
    lent = member;
    const { backend } = member;
    try {
      run = backend.newRun(query, args, wanted.portal);
    } catch {
      // It throws again where somebody hears it.
      return turn.setResult(member);
    }
    run.onOver = (): void => over(member);
    backend.session.begin(run);
  };
  const over = (member: Member): void => {
    if (!turn.done()) turn.setResult(member);
    if (run?.failure !== undefined) return;
    lent = undefined;
    members.putBack(member);
  };
  const waiter = members.join(begin);
  const turn = explainWait(waiter.turn, {
    get what() {
      return lent?.backend.session.waitedFor ?? 'a connection of the Postgres pool';
    },
    sort: 'query',
  });

  try {
    const { backend } = await turn;
    if (run !== undefined && lent === undefined) return wanted.of(run);
    if (run !== undefined) backend.checkAgain(run);
    return await ask(backend, wanted, query, args, {});
  } catch (error) {
    members.leave(waiter);
    if (lent !== undefined && run !== undefined) await lent.backend.session.callOff(run);
    throw error;
  } finally {
    if (lent !== undefined) await members.giveBack(lent);
  }
}
