# Answers a line of JSON with one: what Python's csv and json make of it.
#
# Values travel tagged, since JSON itself is what is asked about: null, true, false and strings as they are, and
# ["i", digits], ["f", repr], ["l", [value…]], ["d", [[key, value]…]].

import csv
import io
import json
import sys

sys.set_int_max_str_digits(0)


def unpack(value):
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == 'i':
        return int(content)
    if kind == 'f':
        return float(content)
    if kind == 'l':
        return [unpack(item) for item in content]
    return {unpack(key): unpack(item) for key, item in content}


def pack(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return ['i', str(value)]
    if isinstance(value, float):
        return ['f', repr(value)]
    if isinstance(value, dict):
        return ['d', [[pack(key), pack(item)] for key, item in value.items()]]
    return ['l', [pack(item) for item in value]]


def read(source, dialect, limit):
    csv.field_size_limit(limit)
    reader = csv.reader(source, **dialect)
    events = []
    while True:
        try:
            events.append([pack(next(reader)), reader.line_num])
        except StopIteration:
            return events
        except (csv.Error, ValueError) as error:
            message = str(error)
            if message.startswith('could not convert'):
                message = 'could not convert string to float'
            events.append([message, reader.line_num])


def csv_read(lines, dialect, limit):
    text = ''.join(lines)
    return {
        'byLine': read(lines, dialect, limit),
        'byFile': read(io.StringIO(text, newline=''), dialect, limit),
    }


def csv_write(rows, dialect):
    file = io.StringIO()
    writer = csv.writer(file, **dialect)
    answers = []
    for row in rows:
        file.seek(0)
        file.truncate()
        try:
            writer.writerow(unpack(row))
            answers.append([file.getvalue()])
        except csv.Error as error:
            answers.append(str(error))
    return answers


def csv_sniff(sample, delimiters):
    try:
        found = csv.Sniffer().sniff(sample, delimiters)
    except csv.Error as error:
        return str(error)
    fields = [found.delimiter, found.quotechar, bool(found.doublequote), bool(found.skipinitialspace)]
    try:
        return fields + [csv.Sniffer().has_header(sample)]
    except (csv.Error, TypeError, ValueError, StopIteration) as error:
        return fields + [type(error).__name__]


def json_dumps(value, options):
    try:
        return [json.dumps(unpack(value), **options)]
    except (TypeError, ValueError) as error:
        return str(error)


def json_loads(text):
    try:
        return [pack(json.loads(text))]
    except json.JSONDecodeError as error:
        return {'message': error.msg, 'line': error.lineno, 'column': error.colno, 'position': error.pos}
    except RecursionError:
        return 'RecursionError'


for line in sys.stdin:
    name, arguments = json.loads(line)
    try:
        answer = globals()[name](*arguments)
    except (TypeError, ValueError) as error:
        answer = {'refused': str(error)}
    print(json.dumps(answer), flush=True)
