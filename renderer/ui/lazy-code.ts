import { lazy } from 'react';

/* Monaco is larger than the rest of the page together: it is fetched when a text is shown for the first time. */

export const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }));
export const CodeDiff = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeDiff }));
