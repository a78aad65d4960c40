// A client over node:net, in a process of its own: peer.ts PORT KIND
//
//   hash   reads everything; at the end answers with the number of bytes and their SHA-256, and closes
//   deaf   connects, says `here`, and never reads
//   drip   sends 5,000 bytes, each in a segment of its own, then its end
//
// It prints `ready` once it is connected.

import { createHash } from 'node:crypto';
import { connect } from 'node:net';

const [port = '', kind = ''] = process.argv.slice(2);
const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
socket.setNoDelay(true);
socket.on('error', (error) => {
  console.log(`error ${(error as NodeJS.ErrnoException).code}`);
  process.exit(0);
});
socket.on('connect', () => {
  console.log('ready');
  if (kind === 'deaf') {
    socket.write('here\n');
    // Keeps the process alive; a socket that nobody reads does not.
    setInterval(() => {}, 1000);
  } else if (kind === 'drip') {
    let n = 0;
    const next = (): void => {
      if (n === 5000) socket.end();
      else socket.write(n % 50 === 49 ? '\n' : String(n % 10), () => setImmediate(next));
      n += 1;
    };
    next();
  } else {
    const hash = createHash('sha256');
    let bytes = 0;
    socket.on('data', (data) => {
      hash.update(data);
      bytes += data.length;
    });
    socket.on('end', () => socket.end(`${bytes} ${hash.digest('hex')}\n`));
  }
});
