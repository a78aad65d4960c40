// The contract of stream transports, whole.

import type { ContractCase } from './contract.ts';
import { streamFaults } from './streamFaults.ts';
import { streamLife } from './streamLife.ts';
import { streamReading } from './streamReading.ts';
import { streamWriting } from './streamWriting.ts';

export const streamTransport: readonly ContractCase[] = [
  ...streamLife,
  ...streamReading,
  ...streamWriting,
  ...streamFaults,
];
