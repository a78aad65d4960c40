// This library's children.

import { subject } from '../subject.ts';
import { check, microsecondsEach } from '../../sample.ts';
import type { PeerWorks } from '../../sample.ts';

const { createSubprocessExec, DEVNULL, PIPE, run } = subject;

export const works: PeerWorks = {
  'spawn-children': (size) =>
    run(async () => {
      const nothing = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL };
      const started = performance.now();
      let ended = 0;
      for (let i = 0; i < size; i++) {
        const process = await createSubprocessExec('true', nothing);
        if ((await process.wait()) === 0) ended++;
      }
      check(ended, size);
      return { value: microsecondsEach(started, size) };
    }),
  'read-children': (size) =>
    run(async () => {
      const pipes = { stdin: DEVNULL, stdout: PIPE, stderr: PIPE };
      const started = performance.now();
      let bytes = 0;
      for (let i = 0; i < size; i++) {
        const process = await createSubprocessExec('echo', 'hello', pipes);
        bytes += (await process.communicate())[0].length;
      }
      check(bytes, 6 * size);
      return { value: microsecondsEach(started, size) };
    }),
};
