// No colours, for tests of what is drawn.

import type { Style } from '../../tour/screen/style.ts';

export const noStyle: Style = (_format, text) => text;
