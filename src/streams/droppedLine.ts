// A line that was given up as too long while its end had not come: the rest is dropped as it comes.
//
// While it is open the reader holds nothing. What is dropped while no read waits counts for the pause of the
// transport as if it were held, so that a peer can't send without end to a reader that nobody reads.

import type { ReadBuffer } from './readBuffer.ts';
import { NEWLINE } from './separators.ts';

export class DroppedLine {
  /** The end is still to come. */
  open: boolean = false;
  /** How much was dropped since a read waited the last time. */
  unread: number = 0;

  /** All that is held is the beginning of the line; `ended` when no more will come. */
  begin(bytes: ReadBuffer, ended: boolean): void {
    bytes.clear();
    this.open = !ended;
    this.unread = 0;
  }

  /** Drops from what came what belongs to the line. */
  more(bytes: ReadBuffer): void {
    this.open = !bytes.find(NEWLINE);
    const count = this.open ? bytes.length : bytes.messageEnd;
    this.unread = this.open ? this.unread + count : 0;
    bytes.skip(count);
  }
}
