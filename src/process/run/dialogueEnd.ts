// What is said of a program that was talked to and has ended.

import { BrokenPipeError } from '../../base/osError.ts';
import { runningLoop } from '../../loop/running.ts';
import { IncompleteReadError } from '../../streams/streamErrors.ts';
import { CancelScope } from '../../structured/cancelScope.ts';
import { signalOfReturncode } from '../signals/signalName.ts';
import type { ProcessTree } from '../tree/processTree.ts';
import { endOfText, shortCommand } from './processErrors.ts';

/** How long a program that has closed its output is waited for, to tell how it ended, in milliseconds. */
const PATIENCE = 1000;

/** It ended before what was `awaited` came, and `said` this until then. */
export async function endedBefore(
  tree: ProcessTree,
  command: string,
  awaited: string,
  said: string,
): Promise<IncompleteReadError> {
  // Its output ends a moment before it does.
  const deadline = runningLoop('dialogue').time() + PATIENCE;
  if (tree.returncode === undefined) await new CancelScope({ deadline }).run(() => tree.wait());
  const message = `${howItEnded(tree, command)} before ${awaited} came${endOfText(said)}`;
  return new IncompleteReadError(Buffer.from(said), undefined, { message });
}

/** What was written can't reach it. */
export function readsNoMore(tree: ProcessTree, command: string, cause?: unknown): BrokenPipeError {
  const how = tree.returncode === undefined ? `${shortCommand(command)} reads no more` : '';
  const reason = `what was sent is not read: ${how || howItEnded(tree, command)}`;
  return new BrokenPipeError({ errno: 32, code: 'EPIPE', syscall: 'write', reason, cause });
}

function howItEnded({ returncode }: ProcessTree, command: string): string {
  const program = shortCommand(command);
  if (returncode === undefined) return `${program} closed its output`;
  const signal = signalOfReturncode(returncode);
  return signal === undefined
    ? `${program} exited with code ${returncode}`
    : `${program} was ended by ${signal}`;
}
