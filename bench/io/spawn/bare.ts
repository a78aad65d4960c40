// `node:child_process` alone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { check, microsecondsEach } from '../../sample.ts';
import type { PeerWorks } from '../../sample.ts';

export const works: PeerWorks = {
  'spawn-children': async (size) => {
    const started = performance.now();
    let ended = 0;
    for (let i = 0; i < size; i++) {
      const [code] = (await once(spawn('true', { stdio: 'ignore' }), 'exit')) as [number];
      if (code === 0) ended++;
    }
    check(ended, size);
    return { value: microsecondsEach(started, size) };
  },
  'read-children': async (size) => {
    const started = performance.now();
    let bytes = 0;
    for (let i = 0; i < size; i++) {
      const child = spawn('echo', ['hello'], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.on('data', (data: Buffer) => void (bytes += data.length));
      child.stderr.on('data', (data: Buffer) => void (bytes += data.length));
      await once(child, 'close');
    }
    check(bytes, 6 * size);
    return { value: microsecondsEach(started, size) };
  },
};
