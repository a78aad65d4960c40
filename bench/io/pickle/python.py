"""Python's pickle: `python.py KEY SIZE REPEATS` prints the samples."""

import json
import pickle
import sys
import time

COUNT = 10_000
RECORDS = [
    {
        "id": i,
        "name": f"user {i}",
        "email": f"user{i}@example.com",
        "active": i % 2 == 0,
        "score": i * 1.5 + 0.25,
        "tags": ["a", "b", f"tag{i % 10}"],
        "address": {"city": "Berlin", "zip": f"1{i}"},
    }
    for i in range(COUNT)
]


def small():
    for one in RECORDS:
        assert pickle.loads(pickle.dumps(one, 5))["id"] == one["id"]


def main():
    key, size, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    written = pickle.dumps(RECORDS, 5)
    work = {
        "pickle-dumps": lambda: pickle.dumps(RECORDS, 5),
        "pickle-loads": lambda: pickle.loads(written),
        "pickle-small": small,
    }[key]
    rounds = max(1, size // COUNT)
    samples = []
    for _ in range(repeats):
        started = time.process_time()
        for _ in range(rounds):
            work()
        samples.append({"value": (time.process_time() - started) * 1e6 / (rounds * COUNT)})
    print(json.dumps(samples))


main()
