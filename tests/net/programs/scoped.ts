// Link-local addresses, for scopedAddress.test.ts: scoped.ts BACKEND HOST INTERFACE. Prints what was seen as JSON.

import process from 'node:process';
import { newEventLoop, openConnection, openDatagram, run, startServer } from '../../../src/asyncio.ts';
import type { InetAddress, SocketAddress } from '../../../src/transport/transport.ts';

const [backend, host = '', name = ''] = process.argv.slice(2);
const loop = newEventLoop({ backend: backend as 'host' | 'selector' });
const seen: Record<string, unknown> = {};

/** Without the port, which the system chose. */
const shown = (address: SocketAddress | undefined): unknown =>
  Array.isArray(address) ? address.with(1, 0) : address;

await run(
  async () => {
    const [info] = await loop.getaddrinfo(`${host}%${name}`, 9, { type: 1 });
    seen['getaddrinfo'] = info?.[4];
    const scope = info?.[4][3] as number;
    let accepted: [unknown, unknown] | undefined;
    const server = await startServer(
      (_reader, writer) => {
        accepted = [shown(writer.getExtraInfo('sockname')), shown(writer.getExtraInfo('peername'))];
        writer.write(Buffer.from('hi'));
        writer.close();
      },
      `${host}%${name}`,
      0,
    );
    seen['listens'] = shown(server.sockets[0]?.getsockname());
    for (const zone of [name, String(scope)]) {
      const [reader, writer] = await openConnection(`${host}%${zone}`, server.port, {
        localAddr: [`${host}%${zone}`, 0],
      });
      seen[`connected to %${zone === name ? 'name' : 'number'}`] = [
        String(await reader.read()),
        shown(writer.getExtraInfo('sockname')),
        shown(writer.getExtraInfo('peername')),
        accepted,
      ];
      writer.close();
      await writer.waitClosed();
    }
    await server.shutdown();

    const receiver = await openDatagram({ localAddr: [`${host}%${name}`, 0] });
    const port = (receiver.sockname as InetAddress)[1];
    const connected = await openDatagram({ remoteAddr: [`${host}%${name}`, port] });
    const free = await openDatagram({ localAddr: [`${host}%${name}`, 0] });
    seen['endpoints'] = [shown(receiver.sockname), shown(connected.peername)];
    const senders: unknown[] = [];
    const send = async (act: () => Promise<void>): Promise<void> => {
      await act();
      const { data, address } = await receiver.receive();
      senders.push([String(data), shown(address)]);
      await receiver.send(Buffer.from('back'), address);
    };
    await send(() => connected.send(Buffer.from('plain')));
    await send(() => connected.send(Buffer.from('named'), [`${host}%${name}`, port]));
    await send(() => free.send(Buffer.from('tuple'), [host, port, 0, scope]));
    await send(() => free.send(Buffer.from('name'), [`${host}%${name}`, port]));
    await send(() => free.send(Buffer.from('number'), [`${host}%${scope}`, port]));
    seen['senders'] = senders;
    seen['answers'] = [String((await connected.receive()).data), shown((await free.receive()).address)];
    for (const endpoint of [receiver, connected, free]) {
      endpoint.close();
      await endpoint.waitClosed();
    }
  },
  { loop },
);
console.log(JSON.stringify(seen));
