// Course 8: two racers that each open a resource, use it and close it, whatever happens.
//
// One `use` gets status 500. The other waits until somebody closes: the resource that must be closed is
// the one whose use failed, so the answer is right if the closed one is not the waiting one's own.

import { failed, Gate, right, Session, wrong } from './session.ts';
import type { Answer, Course, Visit } from './session.ts';

const done: Answer = { status: 200, body: '' };

export function course8(): Course {
  const session = new Session<Gate<string>>();
  const open = new Set<string>();
  const faults: string[] = [];
  let ids = 0;

  async function use(visit: Visit, id: string): Promise<Answer> {
    const number = session.enter();
    const { gate } = session;
    if (!open.has(id)) faults.push(`resource ${id} was used while it was not open`);
    if (number === 1) {
      await visit.pass(gate);
      return failed;
    }
    const closed = new Gate<string>();
    gate.open(closed);
    return (await visit.pass(closed)) === id ? wrong : right;
  }

  async function close(id: string): Promise<Answer> {
    if (!open.delete(id)) faults.push(`resource ${id} was closed while it was not open`);
    // With two uses under way nobody has failed yet; with none there is nobody to tell. The one that is
    // there may also be this client's own, cancelled a moment ago.
    if (session.open === 1) {
      const { gate, over } = session;
      const told = gate.opened.then((closed) => closed.open(id));
      await Promise.race([told, over.opened]);
    }
    return done;
  }

  return {
    races: ({ query }) => query.has('use'),
    async answer(visit): Promise<Answer> {
      const { query } = visit;
      if (query.has('open')) {
        ids += 1;
        const id = `resource-${ids}`;
        open.add(id);
        return { status: 200, body: id };
      }
      const used = query.get('use');
      if (used !== null) return use(visit, used);
      const closed = query.get('close');
      if (closed !== null) return close(closed);
      return { status: 406, body: '' };
    },
    left({ query }) {
      if (!query.has('open') && query.has('use')) session.leave();
    },
    faults: () => [...faults, ...[...open].map((id) => `resource ${id} was not closed`)],
  };
}
