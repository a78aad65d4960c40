// The site's pages as HTML: lists of links, and products with a price, a rating and reviews.

import { categories, products } from './catalogue.ts';
import type { Product } from './catalogue.ts';

/** The page at a path, or undefined where there is none. */
export function pageAt(path: string): string | undefined {
  if (path === '/') return list('All we have', products);
  const [, kind, name] = path.split('/');
  if (kind === 'category' && name !== undefined && categories.includes(name)) {
    return list(
      name,
      products.filter(({ category }) => category === name),
    );
  }
  const product = kind === 'product' ? products[Number(name)] : undefined;
  return product === undefined ? undefined : productPage(product);
}

function list(title: string, some: readonly Product[]): string {
  const links = some.map(({ id, name }) => `<li><a href="/product/${id}">${name}</a></li>`);
  const others = categories.map((category) => `<a href="/category/${category}">${category}</a>`);
  return document(title, `<nav>${others.join(' ')}</nav><ul>${links.join('\n')}</ul>`);
}

function productPage({ id, category, name, price, rating }: Product): string {
  const reviews = Array.from(
    { length: 20 + ((id * 13) % 60) },
    (_, n) =>
      `<article class="review"><h3>Customer ${n + 1}</h3><p>After ${n + 2} weeks the ${name} is as it was on the ` +
      `first day, and the neighbours have asked where it is from. Sent on day ${(n * id) % 30}.</p></article>`,
  );
  return document(
    name,
    `<nav><a href="/">all</a> <a href="/category/${category}">${category}</a></nav>
    <p class="price" data-amount="${price.toFixed(2)}">${price.toFixed(2)} EUR</p>
    <p class="rating" data-stars="${rating.toFixed(1)}">${rating.toFixed(1)} of 5</p>
    ${reviews.join('\n')}`,
  );
}

function document(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
  <body><h1>${title}</h1>${body}</body></html>\n`;
}
