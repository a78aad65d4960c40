// The token that the server asks for. It comes behind the `#` of the address, is taken out of it, and stays in the session's
// storage, which belongs to this tab and to this very port: so the page can be loaded again.

const NAME = 'token';
let token = '';

/** Takes it from the address, or from before. */
export function takeToken(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get(NAME);
  history.replaceState(null, '', '/');
  try {
    if (given !== null) sessionStorage.setItem(NAME, given);
    token = given ?? sessionStorage.getItem(NAME) ?? '';
  } catch {
    // A browser that stores nothing: the address is needed again when the page is loaded again.
    token = given ?? '';
  }
  // The address of a dashboard that was started again, at the port of this one: that loads no page.
  addEventListener('hashchange', () => location.reload());
}

/** Asks the server. */
export function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(path, { ...init, headers: { authorization: `Bearer ${token}` } });
}
