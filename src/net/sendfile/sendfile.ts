// sendfile over a transport: the system's own way over the selector's stream transports, reading and writing
// over any other.

import { checkOptions } from '../../base/checkOptions.ts';
import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { ConnectionError } from '../../base/osError.ts';
import { showValue } from '../../base/show.ts';
import type { Loop } from '../../loop/loop.ts';
import { SelectorStreamTransport } from '../selector/streamTransport.ts';
import { BaseTransport, Transport } from '../../transport/transport.ts';
import { fallbackSend } from './fallbackSend.ts';
import { nativeSend } from './nativeSend.ts';
import { SendfileNotAvailableError } from './sendfileNotAvailableError.ts';
import { SentFile } from './sentFile.ts';
import type { SendableFile, SendfileOptions } from './sentFile.ts';

/** What {@link EventLoop.sendfile} does. */
export async function sendfile(
  loop: Loop,
  transport: BaseTransport,
  file: SendableFile,
  options: SendfileOptions = {},
): Promise<number> {
  checkOptions(options, 'sendfile');
  const { fallback = true } = options;
  if (!(transport instanceof BaseTransport))
    throw new InvalidArgumentError('transport', `sendfile needs a transport, not ${showValue(transport)}`);
  if (transport.isClosing()) throw new UsageError('the transport is closing: nothing can be sent');
  if (!(transport instanceof Transport)) {
    throw new UsageError('sendfile is not supported for this transport: it needs a stream');
  }
  if (transport instanceof SelectorStreamTransport) {
    const part = new SentFile(file, options);
    try {
      return await overSocket(loop, transport, part);
    } catch (error) {
      if (!fallback || !(error instanceof SendfileNotAvailableError)) throw error;
    }
  } else if (!fallback) {
    throw new SendfileNotAvailableError(
      'this transport has no sendfile of the system, and fallback is false',
    );
  }
  return await fallbackSend(loop, transport, new SentFile(file, options));
}

async function overSocket(loop: Loop, transport: SelectorStreamTransport, file: SentFile): Promise<number> {
  const emptied = transport.whenEmptied();
  transport.holdReading();
  try {
    await emptied;
    return await nativeSend(loop, transport.socket, file);
  } catch (error) {
    // The socket is broken: whoever reads or writes next would find out the same.
    if (error instanceof ConnectionError) transport.lose(error);
    throw error;
  } finally {
    transport.endEmptied();
    transport.releaseReading();
  }
}
