import type { HeaderLine } from '../../agent/header-line.ts';
import { requestUri } from '../../message/headers/request-uri.ts';
import { canonicalAor } from '../../message/aor.ts';
import type { Binding, Locations } from '../../registrar/location.ts';
import { storeRefusal } from '../../registrar/store-refusal.ts';
import type { Handler, ServerRequest } from '../handler.ts';

/** Tells callers where a user is instead of relaying: 302 with every contact and its q, 404 without one, 503 when their store is away. @rfc 3261 §8.3, §21.3.3 */
export function redirect(locations: Locations, methods: readonly string[] = ['INVITE', 'MESSAGE']): Handler {
  return {
    name: 'redirect',
    methods,
    explain: () =>
      `${methods.join(', ')}: answers 302 with the contacts of the user, 404 when there are none.`,
    // Inside a dialog nobody is looked for any more.
    handle: (request, next) => (request.session === undefined ? answer(request, locations) : next()),
  };
}

async function answer(request: ServerRequest, locations: Locations): Promise<void> {
  const uri = requestUri(request.message);
  const aor = uri && canonicalAor(uri);
  let bindings: readonly Binding[] = [];
  try {
    if (aor !== undefined) bindings = await locations.bindings(aor);
  } catch (error) {
    const refusal = storeRefusal(error);
    request.respond(refusal.status, refusal);
    return;
  }
  const headers = bindings.map(({ contactUri, q }): HeaderLine => ['Contact', `<${contactUri}>;q=${q}`]);
  request.respond(headers.length > 0 ? 302 : 404, { headers });
}
