// piscina.

import type { PeerWorks } from '../../sample.ts';
import { poolWorks } from './otherPool.ts';

export const works: PeerWorks = await poolWorks('piscina');
