// A small site to crawl, with what crawlers meet: pages that link to each other, one that is busy at first, one that is not there,
// a redirect, a picture, a part that robots.txt asks to leave alone, and a calendar without an end.

import { serve } from 'asyncio-ts/http';
import type { HttpServer } from 'asyncio-ts/http';

const links: Record<string, readonly string[]> = {
  '/': ['/teas', '/about', '/calendar/1', '/private/list', '/old', 'https://example.org/elsewhere'],
  '/teas': ['/teas/green', '/teas/black', '/teas/white', '/'],
  '/teas/green': ['/teas', '/busy', '/logo.svg'],
  '/teas/black': ['/teas', '/missing'],
  '/teas/white': ['/teas#top', '/about?from=white'],
  '/about': ['/', '/teas'],
  '/busy': ['/'],
};

export async function serveSite(): Promise<HttpServer> {
  const busy = new Set<string>();
  return await serve(
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/robots.txt') return new Response('User-agent: *\nDisallow: /private/\n');
      if (pathname === '/old') return Response.redirect(new URL('/about', request.url));
      if (pathname === '/logo.svg')
        return new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', {
          headers: { 'content-type': 'image/svg+xml' },
        });
      if (pathname === '/busy' && !busy.has(pathname)) {
        busy.add(pathname);
        return new Response('not now', { status: 503, headers: { 'retry-after': '0' } });
      }
      const day = Number(/^\/calendar\/(\d+)$/.exec(pathname)?.[1]);
      const targets = day > 0 ? [`/calendar/${day + 1}`] : links[pathname];
      if (targets === undefined) return new Response('no such page', { status: 404 });
      const list = targets.map((target) => `<li><a href="${target}">${target}</a>`).join('\n');
      return new Response(`<!doctype html><title>${pathname}</title><ul>${list}</ul>`, {
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    },
    { host: '127.0.0.1', port: 0, graceTime: 0 },
  );
}
