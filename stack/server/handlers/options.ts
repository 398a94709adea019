import type { Handler } from '../handler.ts';

/** Tells what the server can do, inside and outside of calls. @rfc 3261 §11.2 */
export function options(): Handler {
  return {
    name: 'options',
    methods: ['OPTIONS'],
    explain: () => 'OPTIONS: answers 200 with Allow, Accept and Supported as they are served here.',
    handle: (request) => {
      request.respond(200, CAPABILITIES);
    },
  };
}

const CAPABILITIES = { capabilities: true } as const;
