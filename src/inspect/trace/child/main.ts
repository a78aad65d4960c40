// What a child process or worker of a traced program loads first: it goes on with the trace.

import { joinTrace } from '../trace.ts';

joinTrace();
