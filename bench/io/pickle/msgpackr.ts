// msgpackr, whose objects are maps of MessagePack's: its own extension of records is no format that others read.

import { peerPackage } from '../subject.ts';
import { codecWorks } from './records.ts';
import type { PeerWorks } from '../../sample.ts';

interface Msgpackr {
  readonly Packr: new (options: object) => {
    pack(value: unknown): Uint8Array;
    unpack(bytes: Uint8Array): unknown;
  };
}

const { Packr } = await peerPackage<Msgpackr>('msgpackr');
const packr = new Packr({ useRecords: false });

export const works: PeerWorks = codecWorks({
  write: (value) => packr.pack(value),
  read: (bytes) => packr.unpack(bytes),
});
