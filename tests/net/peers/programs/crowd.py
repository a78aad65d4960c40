# Many connections of Python's asyncio to one port: crowd.py PORT COUNT ROUNDS. All are open before the first
# speaks. In each round a connection says how many bytes follow, sends them, and reads them back.

import asyncio
import random
import sys

port, count, rounds = map(int, sys.argv[1:])


async def main() -> None:
    streams = await asyncio.gather(*(asyncio.open_connection('127.0.0.1', port) for _ in range(count)))
    total = sum(await asyncio.gather(*(talk(seed, *stream) for seed, stream in enumerate(streams))))
    print(f'{count} connections, {total} bytes', flush=True)


async def talk(seed, reader, writer) -> int:
    draw = random.Random(seed)
    total = 0
    for _ in range(rounds):
        data = draw.randbytes(draw.choice([0, 1, 100, 1000, 10_000, 70_000]))
        writer.write(b'%d\n' % len(data) + data)
        await writer.drain()
        assert await reader.readexactly(len(data)) == data
        total += len(data)
    writer.close()
    await writer.wait_closed()
    return total


asyncio.run(main())
