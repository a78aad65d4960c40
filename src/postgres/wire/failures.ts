// What went wrong, as an error of ours: reports of the server, errors of the system, words of the driver.

import { fromHostError } from '../../lowlevel.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import { PostgresError } from '../errors/postgresError.ts';
import type { ErrorClass, ServerReport } from '../errors/postgresError.ts';
import { queryStates } from '../errors/queryErrors.ts';
import { ConnectionDoesNotExistError, sessionStates } from '../errors/sessionErrors.ts';
import type { ReportMessage } from './driver.ts';
import type { Settings } from './settings.ts';

const classes: ReadonlyMap<string, ErrorClass> = new Map(
  [...queryStates, ...sessionStates].flatMap(([Class, states]) =>
    states.map((state) => [state, Class] as const),
  ),
);

/** The error for a report: of the class of its state, or of its kind of states. */
function errorOf(report: ServerReport): PostgresError {
  const { sqlstate } = report;
  const Class = classes.get(sqlstate) ?? classes.get(sqlstate.slice(0, 2)) ?? PostgresError;
  return new Class(report);
}

/** A report of the server, as the driver has read it. */
export function serverReport(message: ReportMessage): ServerReport {
  const { severity = 'ERROR', code = 'XX000', detail, hint, internalQuery } = message;
  const rest = {
    detail,
    hint,
    position: toNumber(message.position),
    internalPosition: toNumber(message.internalPosition),
    internalQuery,
    context: message.where,
    schemaName: message.schema,
    tableName: message.table,
    columnName: message.column,
    dataTypeName: message.dataType,
    constraintName: message.constraint,
  };
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { severity, sqlstate: code, message: message.message, ...Object.fromEntries(given) };
}

/** The error to throw for what went wrong. It is made where it is thrown, so its stack begins at who waits. */
export function toError(failure: unknown, settings: Settings): unknown {
  if (!(failure instanceof Error)) return failure;
  const { code, severity } = failure as Error & { code?: string; severity?: string };
  if (typeof severity === 'string' && /^[A-Z0-9]{5}$/.test(code ?? ''))
    return errorOf(serverReport(failure));
  const known = fromHostError(failure);
  if (known !== failure) return known;
  return wordsOf(failure, settings) ?? failure;
}

/** The connection is gone, by `cause` where that is known. */
export function connectionLost(cause: unknown, what: string): PostgresError | InterfaceError {
  const { code, severity } = (cause ?? {}) as { code?: string; severity?: string };
  // The server says good-bye with an error: that it is shut down, or that this connection was ended there.
  if (severity !== undefined && code !== undefined) return errorOf(serverReport(cause as ReportMessage));
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  const report = { severity: 'FATAL', sqlstate: '08003', message: `the connection ${what}${why}` };
  return new ConnectionDoesNotExistError(report, { cause });
}

/** The driver's own errors have no codes. */
function wordsOf(failure: Error, { parameters }: Settings): unknown {
  const { message } = failure;
  if (/password must be a/.test(message)) {
    const reason = `the server asks for a password of '${parameters.user}', and none was given: set password`;
    return new InterfaceError(reason, { cause: failure });
  }
  if (/does not support SSL/.test(message)) {
    return new InterfaceError('the server does not speak TLS, which ssl asks for', { cause: failure });
  }
  if (/received invalid response/.test(message)) {
    return new InterfaceError(`cannot read what the server says (${message})`, { cause: failure });
  }
  if (/Connection terminated|SSL connection/.test(message)) {
    return connectionLost(failure, 'was closed while it was being made');
  }
  return undefined;
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
