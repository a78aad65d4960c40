// In debug mode: writers that were dropped without being closed. Their connection is closed then, and they are
// reported, as asyncio does by ResourceWarning.

import { attempt } from '../base/attempt.ts';
import type { Loop } from '../loop/loop.ts';
import { report } from '../sys/host/report.ts';
import type { WriteTransport } from '../transport/transport.ts';

interface Kept {
  readonly loop: Loop;
  transport: WriteTransport;
}

// Called by the host: a transport of the program's own may throw.
const collected: FinalizationRegistry<Kept> = new FinalizationRegistry((kept) => {
  attempt(() => closeUnclosed(kept));
});

function closeUnclosed({ loop, transport }: Kept): void {
  if (transport.isClosing()) return;
  if (loop.isClosed()) {
    report('warning', () => 'a StreamWriter was dropped unclosed after its loop was closed');
    return;
  }
  const peer = transport.getExtraInfo('peername');
  transport.close();
  report(
    'warning',
    (inspect) => `unclosed StreamWriter to ${inspect(peer)}: close() it when it is done with`,
  );
}

/** Reports the writer if it is collected unclosed; what is returned must be told of another transport. */
export function trackWriter(writer: object, loop: Loop, transport: WriteTransport): Kept {
  const kept: Kept = { loop, transport };
  collected.register(writer, kept);
  return kept;
}
