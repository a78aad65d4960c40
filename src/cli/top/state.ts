// What a person has set: where the cursor is, what is sorted, filtered and open, and which question is asked. One function
// for each key's meaning; nothing else writes the state.
//
//   list ── Enter ─▶ detail        ── Esc, q, Enter ─▶ list
//   list ── F1 h ? ─▶ help         ── any key ─▶ list
//   list ── F6 > ─▶ sort           ── Enter, Esc ─▶ list
//   list ── F3 / ─▶ search         ── Enter, Esc ─▶ list
//   list ── F4 \ ─▶ filter         ── Enter, Esc ─▶ list
//   list ── F9 k ─▶ confirm        ── y: cancels ─▶ list, n Esc ─▶ list
//   list ── F10 q C-c ─▶ the end

import type { Column, Row } from './rows.ts';

export type Mode = 'list' | 'detail' | 'help' | 'sort' | 'search' | 'filter' | 'confirm';

export interface State {
  readonly mode: Mode;
  readonly sort: Column;
  readonly isInverted: boolean;
  readonly isTree: boolean;
  readonly isPaused: boolean;
  /** Only rows whose text contains this, without regard to case. */
  readonly filter: string;
  readonly search: string;
  /** The key of the row under the cursor. */
  readonly cursor: string | undefined;
  /** Where in the list it stood when it was last seen: another row takes its place when it goes. */
  readonly position: number;
  /** The first row that is shown. */
  readonly first: number;
  readonly shut: ReadonlySet<string>;
  /** Where in the menu of columns. */
  readonly choice: number;
  /** How far the detail is scrolled. */
  readonly scroll: number;
  /** What was done last, for the line at the bottom. */
  readonly notice: string;
}

export const START: State = {
  mode: 'list',
  sort: 'cpu',
  isInverted: false,
  isTree: false,
  isPaused: false,
  filter: '',
  search: '',
  cursor: undefined,
  position: 0,
  first: 0,
  shut: new Set(),
  choice: 0,
  scroll: 0,
  notice: '',
};

export const COLUMNS: readonly Column[] = ['cpu', 'wait', 'age', 'steps', 'state', 'name', 'id'];

/** What a key asks of the program around; the rest is done in the state. */
export type Order = { readonly what: 'quit' } | { readonly what: 'cancel'; readonly row: Row } | undefined;

/** A key: its name as node:readline tells it, and the text that it types. */
export interface Key {
  readonly name: string | undefined;
  readonly text: string | undefined;
  readonly ctrl: boolean;
}

/** What a key does in a list of `rows`, of which `height` are shown. */
export function press(state: State, key: Key, rows: readonly Row[], height: number): [State, Order] {
  if (key.ctrl && key.name === 'c') return [state, { what: 'quit' }];
  switch (state.mode) {
    case 'list':
      return inList({ ...state, notice: '' }, key, rows, height);
    case 'search':
    case 'filter':
      return [typing(state, key, rows), undefined];
    case 'sort':
      return [choosing(state, key), undefined];
    case 'confirm':
      return confirming(state, key, rows);
    case 'detail':
      return [inDetail(state, key, height), undefined];
    case 'help':
      return [{ ...state, mode: 'list' }, undefined];
  }
}

/** Keeps the cursor on its row where that is still there, and in sight. */
export function settle(state: State, rows: readonly Row[], height: number): State {
  const found = rows.findIndex(({ key }) => key === state.cursor);
  const position = Math.max(0, Math.min(found === -1 ? state.position : found, rows.length - 1));
  const latest = Math.max(0, rows.length - height);
  const first = Math.min(Math.max(Math.min(state.first, position), position - height + 1), latest);
  return { ...state, position, first: Math.max(0, first), cursor: rows[position]?.key };
}

function inList(state: State, key: Key, rows: readonly Row[], height: number): [State, Order] {
  const row = rows[state.position];
  const move = (by: number): [State, Order] => [moveTo(state, state.position + by, rows), undefined];
  const to = (change: Partial<State>): [State, Order] => [{ ...state, ...change }, undefined];
  switch (key.name) {
    case 'up':
      return move(-1);
    case 'down':
      return move(1);
    case 'pageup':
      return move(-height);
    case 'pagedown':
      return move(height);
    case 'home':
      return move(-Infinity);
    case 'end':
      return move(Infinity);
    case 'return':
      return row?.task === undefined ? fold(state, row) : to({ mode: 'detail', scroll: 0 });
    case 'f1':
      return to({ mode: 'help' });
    case 'f3':
      return to({ mode: 'search', search: '' });
    case 'f4':
      return to({ mode: 'filter' });
    case 'f5':
      return to({ isTree: !state.isTree });
    case 'f6':
      return to({ mode: 'sort', choice: COLUMNS.indexOf(state.sort) });
    case 'f9':
      return askToCancel(state, row);
    case 'f10':
      return [state, { what: 'quit' }];
    case 'escape':
      return to({ filter: '' });
    default:
      return byLetter(state, key.text, row, to);
  }
}

function byLetter(
  state: State,
  text: string | undefined,
  row: Row | undefined,
  to: (change: Partial<State>) => [State, Order],
): [State, Order] {
  switch (text) {
    case 'q':
      return [state, { what: 'quit' }];
    case 'h':
    case '?':
      return to({ mode: 'help' });
    case '/':
      return to({ mode: 'search', search: '' });
    case '\\':
      return to({ mode: 'filter' });
    case 't':
      return to({ isTree: !state.isTree });
    case '>':
    case '.':
      return to({ mode: 'sort', choice: COLUMNS.indexOf(state.sort) });
    case 'P':
      return to({ sort: 'cpu', isInverted: false });
    case 'T':
      return to({ sort: 'age', isInverted: false });
    case 'W':
      return to({ sort: 'wait', isInverted: false });
    case 'N':
      return to({ sort: 'id', isInverted: false });
    case 'I':
      return to({ isInverted: !state.isInverted });
    case 'Z':
    case 'z':
      return to({ isPaused: !state.isPaused });
    case 'k':
      return askToCancel(state, row);
    case '+':
    case '-':
    case ' ':
      return fold(state, row);
    default:
      return to({});
  }
}

function moveTo(state: State, position: number, rows: readonly Row[]): State {
  const there = Math.max(0, Math.min(position, rows.length - 1));
  return { ...state, position: there, cursor: rows[there]?.key };
}

function fold(state: State, row: Row | undefined): [State, Order] {
  if (row?.branch === undefined) return [state, undefined];
  const shut = new Set(state.shut);
  if (!shut.delete(row.key)) shut.add(row.key);
  return [{ ...state, shut }, undefined];
}

function askToCancel(state: State, row: Row | undefined): [State, Order] {
  if (row?.task === undefined) return [{ ...state, notice: 'only a task can be cancelled' }, undefined];
  return [{ ...state, mode: 'confirm' }, undefined];
}

function confirming(state: State, key: Key, rows: readonly Row[]): [State, Order] {
  const list: State = { ...state, mode: 'list' };
  const row = rows[state.position];
  if (key.text !== 'y' && key.text !== 'Y') return [{ ...list, notice: 'not cancelled' }, undefined];
  if (row?.task === undefined || row.key !== state.cursor)
    return [{ ...list, notice: 'it has ended meanwhile' }, undefined];
  return [list, { what: 'cancel', row }];
}

function choosing(state: State, key: Key): State {
  const move = (by: number): State => ({
    ...state,
    choice: (state.choice + by + COLUMNS.length) % COLUMNS.length,
  });
  if (key.name === 'up') return move(-1);
  if (key.name === 'down') return move(1);
  const list: State = { ...state, mode: 'list' };
  const sort = COLUMNS[state.choice];
  return key.name === 'return' && sort !== undefined ? { ...list, sort, isInverted: false } : list;
}

function inDetail(state: State, key: Key, height: number): State {
  const scroll = (by: number): State => ({ ...state, scroll: Math.max(0, state.scroll + by) });
  if (key.name === 'up') return scroll(-1);
  if (key.name === 'down') return scroll(1);
  if (key.name === 'pageup') return scroll(-height);
  if (key.name === 'pagedown') return scroll(height);
  return { ...state, mode: 'list' };
}

function typing(state: State, key: Key, rows: readonly Row[]): State {
  const what = state.mode === 'filter' ? 'filter' : 'search';
  if (key.name === 'escape') return { ...state, mode: 'list', [what]: '' };
  if (key.name === 'return') return { ...state, mode: 'list' };
  const now = state[what];
  const text = key.name === 'backspace' ? now.slice(0, -1) : now + printable(key);
  const next = { ...state, [what]: text };
  if (what === 'filter') return next;
  const named = rows.findIndex(({ title }) => title.toLowerCase().includes(text.toLowerCase()));
  const found = named === -1 ? rows.findIndex((row) => matches(row, text)) : named;
  return found === -1 ? next : moveTo(next, found, rows);
}

const printable = ({ text, ctrl }: Key): string =>
  text === undefined || ctrl || /\p{Cc}/u.test(text) ? '' : text;

/** Whether a row's name, state or wait contains a text, without regard to case. The wait of a group does not count: it has
 * the names of all that are in it. */
export function matches({ title, waits, task }: Row, text: string): boolean {
  const wanted = text.toLowerCase();
  const isGroup = task?.waits.some(({ kind }) => kind === 'group') === true;
  const texts = [title, task?.state ?? '', isGroup ? '' : waits];
  return texts.some((each) => each.toLowerCase().includes(wanted));
}
