"""Runs programs of file operations, one of JSON a line of standard input, and prints what each step gives."""

import json
import os
import sys
import tempfile


def shown(value):
    if isinstance(value, (bytes, bytearray)):
        return {'bytes': bytes(value).hex()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


class Steps:
    def __init__(self, file, binary):
        self.file, self.binary, self.places = file, binary, []

    def data(self, text):
        return bytes.fromhex(text) if self.binary else text

    def write(self, text):
        return self.file.write(self.data(text))

    def writelines(self, *lines):
        return self.file.writelines([self.data(line) for line in lines])

    def here(self):
        self.file.seek(self.file.tell())

    def readinto(self, size):
        room = bytearray(size)
        count = self.file.readinto(room)
        return room[:count]

    def readlines(self, hint=-1):
        if self.binary:
            return self.file.readlines(hint)
        # Python's own steps through the file by next(), which makes tell() fail from then on.
        lines, length = [], 0
        while hint <= 0 or length <= hint:
            line = self.file.readline()
            if not line:
                break
            lines.append(line)
            length += len(line)
        return lines

    def mark(self):
        self.places.append(self.file.tell())

    def back(self, which):
        if self.places:
            self.file.seek(self.places[which % len(self.places)])


def run(program, path):
    with open(path, 'wb') as file:
        file.write(bytes.fromhex(program['initial']))
    results = []
    binary = 'b' in program['mode']
    try:
        file = open(path, program['mode'], **program['options'])
    except Exception as error:
        return [type(error).__name__]
    steps = Steps(file, binary)
    for name, *args in program['steps']:
        try:
            own = getattr(steps, name, None)
            result = shown((own or getattr(file, name))(*args))
            results.append(None if name in ('mark', 'back', 'here') or (name == 'seek' and not binary) else result)
        except Exception as error:
            # A place before the beginning is one or the other, by where it is counted from.
            results.append('ValueError' if name == 'seek' and type(error) is OSError else type(error).__name__)
            if isinstance(error, UnicodeDecodeError):
                break
    try:
        file.close()
    except Exception as error:
        results.append(type(error).__name__)
    with open(path, 'rb') as file:
        results.append({'contents': file.read().hex()})
    return results


path = os.path.join(tempfile.mkdtemp(), 'file')
for line in sys.stdin:
    print(json.dumps(run(json.loads(line), path)))
