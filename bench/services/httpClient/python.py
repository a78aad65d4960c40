"""aiohttp and httpx: `python.py PEER KEY SIZE REPEATS` prints an array of samples, as child.ts does."""

import asyncio
import json
import os
import sys
import time

URL = f"http://127.0.0.1:{os.environ['BENCH_HTTP_PORT']}/hello"


def aiohttp():
    import aiohttp

    async def ask(session):
        async with session.get(URL) as response:
            return await response.text()

    return lambda: aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)), ask


def httpx():
    import httpx

    async def ask(client):
        return (await client.get(URL)).text

    return lambda: httpx.AsyncClient(limits=httpx.Limits(max_connections=50)), ask


async def asking(ask, client, size, at_once):
    numbers, read = iter(range(size)), 0

    async def body():
        nonlocal read
        for _ in numbers:
            text = await ask(client)
            read += len(text)

    cpu, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(body() for _ in range(at_once)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - started
    assert read == size * 13, "the work was not done"
    return {"value": cpu * 1e6 / size, "wall": wall * 1e6 / size}


async def main(peer, at_once, size, repeats):
    opened, ask = {"aiohttp": aiohttp, "httpx": httpx}[peer]()
    async with opened() as client:
        await asking(ask, client, max(at_once, size // 2), at_once)
        return [await asking(ask, client, size, at_once) for _ in range(repeats)]


at_once = {"http-client-one": 1, "http-client-fifty": 50}[sys.argv[2]]
print(json.dumps(asyncio.run(main(sys.argv[1], at_once, int(sys.argv[3]), int(sys.argv[4])))))
