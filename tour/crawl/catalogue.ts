// What the site sells, and which of its pages fail, and how. Nothing is left to chance: each pass meets the same site.

export interface Product {
  readonly id: number;
  readonly category: string;
  readonly name: string;
  readonly price: number;
  readonly rating: number;
}

/** What goes wrong with a page: always, or the first time that it is asked for. */
export type Fault = 'missing' | 'broken' | 'busy at first' | 'cut off at first';

export const categories: readonly string[] = ['lamps', 'chairs', 'kettles'];

const names = ['Alder', 'Birch', 'Cedar', 'Damson', 'Elm', 'Fir', 'Gorse', 'Hazel', 'Ivy', 'Juniper'];
const singular: Record<string, string> = { lamps: 'lamp', chairs: 'chair', kettles: 'kettle' };

export const products: readonly Product[] = Array.from({ length: 20 }, (_, id): Product => {
  const category = categories[id % categories.length] as string;
  return {
    id,
    category,
    name: `${names[id % names.length]} ${singular[category]} ${100 + id}`,
    price: 19 + ((id * 37) % 80) + 0.95,
    rating: 3 + ((id * 7) % 20) / 10,
  };
});

const faults: Readonly<Record<string, Fault>> = {
  '/product/3': 'busy at first',
  '/product/4': 'cut off at first',
  '/product/11': 'missing',
  '/product/16': 'broken',
};

export function faultOf(path: string): Fault | undefined {
  return faults[path];
}

/** The paths of all pages: the first, the categories, the products. */
export const paths: readonly string[] = [
  '/',
  ...categories.map((category) => `/category/${category}`),
  ...products.map(({ id }) => `/product/${id}`),
];
