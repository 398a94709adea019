import { afterEach } from 'vitest';
import { takeWatches } from '../stack/testing/lint-watch.ts';

// Every test that watches its nodes ends with a look at what they sent: our own stack is the first one our rules are for.
afterEach(() => {
  for (const watch of takeWatches()) watch.expectClean();
});
