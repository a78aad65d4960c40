// A line client: what you type goes to the server, and what the server says is printed meanwhile. Neither
// waits for the other.
//
//   npm run example -- stdin-client PORT [HOST]          HOST is 127.0.0.1 unless given
//   printf 'one\ntwo\n' | npm run -s example -- stdin-client 8888
//
// It ends when the server closes. The end of the input (Ctrl-D) ends our half of the connection, and what the
// server still has to say is waited for. Ctrl-C ends it at once.

import {
  InvalidArgumentError,
  openConnection,
  openStdin,
  openStdout,
  OSError,
  run,
  taskGroup,
} from 'asyncio-ts';
import type { StreamReader, StreamWriter } from 'asyncio-ts';

/** Sends each line as it is typed. */
async function send(writer: StreamWriter): Promise<void> {
  const stdin = await openStdin();
  try {
    for await (const line of stdin) {
      writer.write(line);
      await writer.drain(); // a slow server makes us type more slowly, and nothing else
    }
    writer.writeEof();
  } finally {
    stdin.close(); // else the process would stay for what could still be typed
  }
}

/** Prints what comes, as it comes. */
async function print(reader: StreamReader): Promise<void> {
  const stdout = await openStdout();
  try {
    for await (const chunk of reader.chunks()) {
      stdout.write(chunk);
      await stdout.drain();
    }
  } finally {
    stdout.close();
    await stdout.waitClosed();
  }
}

async function talk(host: string, port: number): Promise<void> {
  const [reader, writer] = await openConnection(host, port);
  try {
    await taskGroup(async (group) => {
      const sending = group.createTask(() => send(writer));
      await print(reader);
      sending.cancel(); // the server has closed: nobody hears what is typed now
    });
  } finally {
    writer.close();
  }
}

const [port = '', host = '127.0.0.1'] = process.argv.slice(2);
if (!/^\d+$/.test(port)) {
  console.error('usage: stdin-client PORT [HOST]');
  process.exitCode = 2;
} else {
  try {
    await run(() => talk(host, Number(port)));
  } catch (error) {
    if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
