# Runs programs of SQL under Python's sqlite3: a line of JSON for each program, and one for what its steps gave.

import json
import sqlite3
import sys


def decode(value):
    kind, text = value
    if kind == "int":
        return int(text)
    if kind == "real":
        return float(text)
    if kind == "text":
        return text
    if kind == "blob":
        return bytes.fromhex(text)
    return None


def encode(value):
    if value is None:
        return ["null", ""]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["real", value.hex()]
    if isinstance(value, str):
        return ["text", value]
    return ["blob", value.hex()]


def step(db, sql, parameters):
    try:
        values = (
            {name: decode(value) for name, value in parameters.items()}
            if isinstance(parameters, dict)
            else [decode(value) for value in parameters]
        )
        cursor = db.execute(sql, values)
        rows = [[encode(value) for value in row] for row in cursor.fetchall()]
        names = [column[0] for column in cursor.description or []]
        verb = sql.split()[0]
        told = [cursor.rowcount if verb in ("INSERT", "UPDATE", "DELETE") else -1]
        if verb == "INSERT":
            told.append(cursor.lastrowid)
        return {"names": names, "rows": rows, "told": told, "open": db.in_transaction}
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", None)
        return {"error": type(error).__name__, "code": code, "open": db.in_transaction}


for line in sys.stdin:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    print(json.dumps([step(db, sql, parameters) for sql, parameters in json.loads(line)]))
    db.close()
