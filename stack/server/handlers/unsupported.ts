import type { Handler } from '../handler.ts';

/** Stands last, so that no request is left unanswered. @rfc 3261 §8.2.1 */
export function unsupported(): Handler {
  return {
    name: 'unsupported',
    methods: [],
    explain: () => 'Anything else: answers 405 with Allow, or 501 to a method nobody has specified.',
    handle: (_request, next) => next(),
  };
}
