# Plays programs with one child each; programs.ts says what the words mean. Each line of standard input is a JSON list of
# programs, answered by a line with the list of their traces.

import asyncio
import errno
import json
import os
import sys

WHERE = {
    "pipe": asyncio.subprocess.PIPE,
    "devnull": asyncio.subprocess.DEVNULL,
    "stdout": asyncio.subprocess.STDOUT,
}


def name_of(error):
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, asyncio.IncompleteReadError):
        return f"incomplete({spell(error.partial)},{error.expected})"
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno, str(error))
    return "value" if isinstance(error, ValueError) else repr(error)


def spell(data):
    if data is None:
        return "-"
    return data.decode("latin-1") if len(data) < 100 else f"{len(data)}:{data[:5].decode('latin-1')}"


async def start(program):
    options = {name: WHERE[program[name]] for name in ("stdin", "stdout", "stderr")}
    if program["cwd"] is not None:
        options["cwd"] = program["cwd"]
    if program["env"] is not None:
        options["env"] = program["env"]
    if program["shell"]:
        return await asyncio.create_subprocess_shell(program["script"], **options)
    args = program["args"] or ["-c", program["script"]]
    return await asyncio.create_subprocess_exec(program["file"], *args, **options)


async def step(process, word, arg, trace):
    if word == "write":
        process.stdin.write(arg.encode())
    elif word == "close":
        process.stdin.close()
    elif word == "line":
        trace.append("line=" + spell(await process.stdout.readline()))
    elif word == "exactly":
        trace.append("exactly=" + spell(await process.stdout.readexactly(int(arg))))
    elif word == "read":
        trace.append("read=" + spell(await process.stdout.read()))
    elif word == "errors":
        trace.append("errors=" + spell(await process.stderr.read()))
    elif word == "communicate":
        out, err = await process.communicate(None if arg is None else arg.encode())
        trace.append(f"out={spell(out)} err={spell(err)} code={process.returncode}")
    elif word == "signal":
        trace.append(f"code={process.returncode}")
        process.send_signal(int(arg))
    elif word == "wait":
        trace.append(f"wait={await process.wait()} {await process.wait()} code={process.returncode}")
    elif word == "cancelled":
        what, turns = arg.split(":")
        task = asyncio.ensure_future(process.stdout.readline() if what == "line" else process.wait())
        for _ in range(int(turns)):
            await asyncio.sleep(0)
        task.cancel()
        try:
            trace.append(f"{what}: {await task}")
        except asyncio.CancelledError:
            trace.append(f"{what}: cancelled")


async def play(program):
    trace = []
    try:
        process = await start(program)
    except Exception as error:
        return [f"start: {name_of(error)}"]
    for one in program["steps"]:
        word, colon, arg = one.partition(":")
        try:
            await step(process, word, arg if colon else None, trace)
        except Exception as error:
            trace.append(f"{word}: {name_of(error)}")
    return trace


async def main():
    for line in sys.stdin:
        print(json.dumps([await play(program) for program in json.loads(line)]))
        sys.stdout.flush()


asyncio.run(main())
