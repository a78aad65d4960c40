"""asyncpg: `python.py KEY SIZE REPEATS` prints an array of samples, as child.ts does."""

import asyncio
import json
import os
import sys
import time

import asyncpg

QUERY = "SELECT $1::int AS n, $2::text AS t"
ROWS = "SELECT n, n::text AS t, now() AS at FROM generate_series(1, $1::int) AS n"
CONNECTIONS, TASKS = 10, 1000
SERVER = json.loads(os.environ["BENCH_POSTGRES"])


def sample(times, wall, cpu, total):
    size = len(times)
    assert total == size * (size - 1) // 2, "the work was not done"
    p99 = sorted(times)[int(size * 0.99)]
    return {"value": wall * 1e6 / size, "p99": p99 * 1e6, "cpu": cpu * 1e6 / size}


async def query(size):
    connection = await asyncpg.connect(**SERVER)
    try:
        await connection.fetch(QUERY, 0, "text")
        times, total = [], 0
        cpu, started = time.process_time(), time.perf_counter()
        last = started
        for n in range(size):
            total += (await connection.fetch(QUERY, n, "text"))[0]["n"]
            now = time.perf_counter()
            times.append(now - last)
            last = now
        return sample(times, last - started, time.process_time() - cpu, total)
    finally:
        await connection.close()


async def pooled(size):
    async with asyncpg.create_pool(**SERVER, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        times, numbers, total = [], iter(range(size)), 0

        async def task():
            nonlocal total
            for n in numbers:
                began = time.perf_counter()
                rows = await pool.fetch(QUERY, n, "text")
                total += rows[0]["n"]
                times.append(time.perf_counter() - began)

        cpu, started = time.process_time(), time.perf_counter()
        await asyncio.gather(*(task() for _ in range(TASKS)))
        return sample(times, time.perf_counter() - started, time.process_time() - cpu, total)


async def rows(size):
    connection = await asyncpg.connect(**SERVER)
    try:
        started = time.perf_counter()
        assert len(await connection.fetch(ROWS, size)) == size
        return {"value": (time.perf_counter() - started) * 1e6 / size}
    finally:
        await connection.close()


WORKS = {"postgres-query": query, "postgres-pool": pooled, "postgres-rows": rows}
key, size, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
asyncio.run(WORKS[key](size))
print(json.dumps([asyncio.run(WORKS[key](size)) for _ in range(repeats)]))
