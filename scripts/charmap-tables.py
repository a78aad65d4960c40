"""Writes src/files/encodings/charmapTables.ts: the single-byte encodings of this Python, byte by byte.

    python3 scripts/charmap-tables.py > src/files/encodings/charmapTables.ts
"""

import codecs
import encodings
import encodings.aliases
import pkgutil
import sys
import unicodedata

NONE = '\ufffe'
ASCII = ''.join(map(chr, range(128)))
# Ours, no table needed, or no encoding of text by bytes.
OTHERS = {'charmap', 'ascii', 'latin_1', 'iso8859_1', 'idna', 'punycode', 'undefined', 'mbcs', 'oem'}


def character(name, byte):
    try:
        return bytes([byte]).decode(name)
    except UnicodeDecodeError:
        return NONE


def is_single_byte(name):
    if name in OTHERS or name.startswith(('utf_', 'unicode_', 'raw_', 'iso2022', 'hz')):
        return False
    try:
        if not codecs.lookup(name)._is_text_encoding:
            return False
    except LookupError:
        return False
    for lead in range(128, 256):
        for tail in (0x40, 0xA1, 0xB0):
            try:
                if len(bytes([lead, tail]).decode(name)) == 1:
                    return False
            except UnicodeDecodeError:
                pass
    return True


def quoted(text):
    def escaped(char):
        code = ord(char)
        plain = code > 0xA0 and unicodedata.category(char)[0] in 'LNPS' and unicodedata.bidirectional(char) not in 'R AL'
        plain = plain or (32 <= code < 127 and char not in "'\\")
        return char if plain else f'\\x{code:02x}' if code < 256 else f'\\u{code:04x}'

    return "'" + ''.join(map(escaped, text)) + "'"


print(f'// The single-byte encodings of Python {sys.version_info.major}.{sys.version_info.minor}: written by')
print('// scripts/charmap-tables.py. The name, what else it is called, and the characters of the bytes 0 to 255, or 128 to')
print('// 255 where the others are ASCII. U+FFFE stands for none.')
print()
print('export const charmaps: readonly (readonly [name: string, aliases: string, characters: string])[] = [')
for name in sorted(module.name for module in pkgutil.iter_modules(encodings.__path__)):
    if not is_single_byte(name):
        continue
    chars = ''.join(character(name, byte) for byte in range(256))
    aliases = sorted(alias for alias, target in encodings.aliases.aliases.items() if target == name)
    table = chars[128:] if chars[:128] == ASCII else chars
    print(f"  ['{codecs.lookup(name).name}', '{' '.join([name, *aliases])}', {quoted(table)}],")
print('];')
