// Circles of waits, which can never end by themselves: told before anything else.

import type { Snapshot } from '../../lowlevel.ts';
import type { Screen } from '../terminal/screen.ts';
import { harmless } from '../../lowlevel.ts';
import { cut } from '../terminal/text.ts';
import { describeWaits, nameOf, ownFrame, describePlace, tasksById } from './describe.ts';

/** Lines for each circle: `deadlock: one → two → one`, and what each waits for. */
export function deadlockLines(snapshot: Snapshot, screen: Screen): string[] {
  const tasks = tasksById(snapshot);
  const lines: string[] = [];
  for (const { deadlocks } of snapshot.loops) {
    for (const circle of deadlocks) {
      const names = [...circle, ...circle.slice(0, 1)].map((id) => harmless(nameOf(id, tasks)));
      lines.push(screen.paint(['red', 'bold'], cut(`deadlock: ${names.join(' → ')}`, screen.columns)));
      for (const id of circle) {
        const task = tasks.get(id);
        if (task === undefined) continue;
        const frame = ownFrame(task.stack ?? []);
        const at = frame === undefined ? '' : `, at ${describePlace(frame)}`;
        const text = `  ${harmless(nameOf(id, tasks))} (${id}) waits for ${describeWaits(task, tasks)}${at}`;
        lines.push(cut(text, screen.columns));
      }
    }
  }
  return lines;
}
