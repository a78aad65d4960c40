// `pickle` of this library.

import type * as Formats from '../../../src/formats/formats.ts';
import { wing } from '../subject.ts';
import { codecWorks } from './records.ts';
import type { PeerWorks } from '../../sample.ts';

const { pickle } = await wing<typeof Formats>('formats');

export const works: PeerWorks = codecWorks({
  write: (value) => pickle.dumps(value),
  read: (bytes) => pickle.loads(bytes, { dicts: 'object' }),
  readMaps: (bytes) => pickle.loads(bytes),
});
