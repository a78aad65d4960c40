// A thread or a child that answers bare messages.

import { serve } from './work.mjs';

serve();
