// execa.

import { peerPackage } from '../subject.ts';
import { check, microsecondsEach } from '../../sample.ts';
import type { PeerWorks } from '../../sample.ts';

interface Execa {
  execa(
    program: string,
    args: readonly string[],
    options: object,
  ): Promise<{ readonly exitCode?: number; readonly stdout?: unknown }>;
}

const { execa } = await peerPackage<Execa>('execa');

export const works: PeerWorks = {
  'spawn-children': async (size) => {
    const started = performance.now();
    let ended = 0;
    for (let i = 0; i < size; i++) {
      const { exitCode } = await execa('true', [], { stdio: 'ignore' });
      if (exitCode === 0) ended++;
    }
    check(ended, size);
    return { value: microsecondsEach(started, size) };
  },
  'read-children': async (size) => {
    const options = { stdin: 'ignore', encoding: 'buffer', stripFinalNewline: false };
    const started = performance.now();
    let bytes = 0;
    for (let i = 0; i < size; i++) {
      const { stdout } = await execa('echo', ['hello'], options);
      bytes += (stdout as Uint8Array).length;
    }
    check(bytes, 6 * size);
    return { value: microsecondsEach(started, size) };
  },
};
