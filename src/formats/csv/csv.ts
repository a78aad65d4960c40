// Python's csv module, by its names in camelCase: the namespace `csv` of `asyncio-ts/formats`.
// Here is what it consists of; the rules that hold for all of it:
//
// 1. What Python writes as one word (`lineterminator`, `writerow`, `fieldnames`) is one word here.
// 2. Text is a string; a null in a row is Python's None, and numbers and booleans are spelled as Python's `str` does.
// 3. Of a source that comes in pieces, lines end as in a file that was opened with `newline=''`.
// 4. A dialect is checked when it is made, so that reading and writing find it in order.

export { CsvError as Error } from './csvError.ts';
export {
  Dialect,
  excel,
  excelTab,
  getDialect,
  listDialects,
  QUOTE_ALL,
  QUOTE_MINIMAL,
  QUOTE_NONE,
  QUOTE_NONNUMERIC,
  QUOTE_NOTNULL,
  QUOTE_STRINGS,
  registerDialect,
  unixDialect,
  unregisterDialect,
} from './dialect.ts';
export type { DialectOptions, Quoting } from './dialect.ts';
export { dictReader, REST } from './dictReader.ts';
export type { AsyncDictReader, DictField, DictReader, DictReaderOptions, DictRow } from './dictReader.ts';
export { dictWriter } from './dictWriter.ts';
export type { AsyncDictWriter, Dict, DictWriter, DictWriterOptions } from './dictWriter.ts';
export { fieldSizeLimit } from './fieldSizeLimit.ts';
export { csvReader as reader } from './reader.ts';
export type { AsyncReader, CsvText, Reader, ReaderOptions, Row } from './reader.ts';
export type { CsvField } from './rowParser.ts';
export { Sniffer } from './sniffer.ts';
export { csvWriter as writer, toText } from './writer.ts';
export type { AsyncWriter, TextWritable, Writer } from './writer.ts';
