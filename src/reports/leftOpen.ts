// What a program has left open when its loop is closed: told in debug mode, with the place where it was opened.

import type { creationLines } from '../loop/creation.ts';
import type { LoopResource } from '../loop/resources.ts';
import type { report } from '../sys/host/report.ts';

const MOST_RESOURCES = 10;
const MOST_LINES = 4;

export interface LeftOpenTools {
  readonly report: typeof report;
  readonly creationLines: typeof creationLines;
}

/** Tells of those that are open and not on their way out, and that the program has opened: where nothing of the program
 * was on the stack it is the library's own, as is what a program has no name for. */
export function tellLeftOpen(open: Iterable<LoopResource>, { report, creationLines }: LeftOpenTools): void {
  const left = [...open].filter(
    (resource) => resource.isClosing?.() !== true && resource.loopEnding === undefined,
  );
  const told = left.map((resource) => ({ resource, lines: creationLines(resource).slice(0, MOST_LINES) }));
  const byProgram = told.filter(({ lines }) => lines.length > 0);
  if (byProgram.length === 0) return;
  const more = byProgram.length - MOST_RESOURCES;
  report('warning', () =>
    [
      'the program has left open, and the loop closes:',
      ...byProgram
        .slice(0, MOST_RESOURCES)
        .flatMap(({ resource, lines }) => [
          `  ${describe(resource)}, opened`,
          ...lines.map((line) => `    ${line}`),
        ]),
      ...(more > 0 ? [`  and ${more} more`] : []),
      '  Close them, or open them with "await using".',
    ].join('\n'),
  );
}

function describe(resource: LoopResource): string {
  try {
    return resource.loopDescription?.() ?? resource.constructor.name;
  } catch {
    return resource.constructor.name;
  }
}
