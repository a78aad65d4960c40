# An echo server of Python's asyncio: each message is its length on a line, and its bytes. Prints its port.

import asyncio


async def serve(reader, writer) -> None:
    while line := await reader.readline():
        writer.write(await reader.readexactly(int(line)))
        await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, '127.0.0.1', 0, backlog=4096)
    print(f'port :{server.sockets[0].getsockname()[1]}', flush=True)
    await server.serve_forever()


asyncio.run(main())
