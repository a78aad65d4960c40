# Reads the lines "WORK HEX" of a file, and prints what Python's own pickle makes of them.
#   same P HEX   loads, and dumps with protocol P: the hex of that
#   text HEX     the repr of what it is
#   load P WORDS dumps what the Python expression is
#   dis HEX      pickletools.dis, its lines joined by tabs
import collections, datetime, decimal, fractions, io, json, pathlib, pickle, pickletools, sys, uuid

def answer(line):
    work, _, rest = line.partition(' ')
    if work == 'same':
        protocol, text = rest.split()
        return pickle.dumps(pickle.loads(bytes.fromhex(text)), int(protocol)).hex()
    if work == 'text':
        return ascii(pickle.loads(bytes.fromhex(rest)))
    if work == 'load':
        protocol, words = rest.split(' ', 1)
        return pickle.dumps(eval(words), int(protocol)).hex()
    out = io.StringIO()
    pickletools.dis(bytes.fromhex(rest), out)
    return json.dumps(out.getvalue(), ensure_ascii=False).encode('utf-8', 'surrogatepass').decode('utf-8', 'replace')

for line in open(sys.argv[1], encoding='utf-8'):
    try:
        print(answer(line.rstrip('\n')), flush=True)
    except Exception as error:
        print('error', type(error).__name__, ascii(str(error)), flush=True)
