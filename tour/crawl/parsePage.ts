// What a page holds, by its HTML.

import { parse } from 'node-html-parser';

export interface Parsed {
  readonly title: string;
  /** Paths of the same site, in the order in which they stand there. */
  readonly links: readonly string[];
  /** Of a product's page. */
  readonly price: number | undefined;
  readonly rating: number | undefined;
}

export function parsePage(html: string): Parsed {
  const page = parse(html);
  const links = page.querySelectorAll('a[href^="/"]').map((link) => link.getAttribute('href') ?? '/');
  const number = (selector: string, name: string): number | undefined => {
    const text = page.querySelector(selector)?.getAttribute(name);
    return text === undefined ? undefined : Number(text);
  };
  return {
    title: page.querySelector('title')?.text ?? '',
    links: [...new Set(links)],
    price: number('.price', 'data-amount'),
    rating: number('.rating', 'data-stars'),
  };
}
