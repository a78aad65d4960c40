// A worker that ends with a cancel.

import { CancelledError } from '../../../src/base/errors.ts';

throw new CancelledError('the worker stops');
