import { routes } from '../../message/headers/name-addr.ts';
import { equalUris, parseUri } from '../../message/uri.ts';
import type { Dialog } from '../knowledge/dialog.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Seen } from '../seen.ts';
import { linesOf } from '../spans.ts';

/** A request whose Route is the route set of its dialog: an ACK to a failure and a CANCEL repeat the Route of their INVITE instead. */
function dialogOfRouted({ seen, dialog, call, isRepeat, isRelay }: Scene): Dialog | undefined {
  if (!seen.isRequest || isRepeat || isRelay || seen.method === 'CANCEL') return undefined;
  if (seen.method === 'ACK' && call.inviteByBranch(seen) !== undefined) return undefined;
  return dialog;
}

const isLoose = (uri: string | undefined): boolean => uri === undefined || parseUri(uri).params.has('lr');

/** The Route lines that the route set asks for; a strict router first moves to the Request-URI. @rfc 3261 §12.2.1.1 */
function routeOf(routeSet: readonly string[], target: string): readonly string[] {
  return isLoose(routeSet[0]) ? routeSet : [...routeSet.slice(1), target];
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((uri, i) => uri === b[i] || equalUris(uri, b[i] ?? ''));

/** Elements on the way have taken the first ones off. */
function fits(seen: Seen, route: readonly string[], expected: readonly string[]): boolean {
  if (seen.viaCount <= 1) return isSame(route, expected);
  return route.length <= expected.length && isSame(route, expected.slice(expected.length - route.length));
}

/** The Route a request carries, and what it must be; undefined where it is right or nothing tells. */
function mismatch(scene: Scene): { readonly route: readonly string[]; readonly dialog: Dialog } | undefined {
  const { seen } = scene;
  const dialog = dialogOfRouted(scene);
  const party = dialog?.requester(seen);
  if (dialog === undefined || party?.routeSet === undefined) return undefined;
  const route = routes(seen.message).map((r) => r.uri);
  const peer = dialog.otherThan(party);
  const target = peer.target?.uri ?? peer.uri;
  return fits(seen, route, routeOf(party.routeSet, target)) ? undefined : { route, dialog };
}

/** Whether the Route is what a later message of the dialog would have led to. */
function followsLater({
  route,
  dialog,
}: {
  readonly route: readonly string[];
  readonly dialog: Dialog;
}): boolean {
  return dialog.laterRoutes.some((later) => isSame(route, later) || isSame(route, [...later].reverse()));
}

const D1: Rule = {
  id: 'D1',
  title: 'A request inside a dialog carries the route set of the dialog as Route, in order.',
  severity: 'error',
  rfc: 'RFC 3261 §12.2.1.1',
  advice:
    'Keep the Record-Route of the message that made the dialog, reversed on the side of the caller, and put all of it as Route into every request.',
  check: (scene, report) => {
    const found = mismatch(scene);
    if (found === undefined || followsLater(found)) return;
    const { seen } = scene;
    const expected = found.dialog.requester(seen).routeSet ?? [];
    const isPermuted = isSame([...found.route].sort(), [...expected].sort());
    const count = `${expected.length} ${expected.length === 1 ? 'route' : 'routes'}`;
    report({
      message: isPermuted
        ? `The ${seen.method} carries the route set of its dialog in another order.`
        : found.route.length === 0
          ? `The ${seen.method} lacks the route set of its dialog, which has ${count}.`
          : `The Route of the ${seen.method} is not the route set of its dialog, which has ${count}.`,
      span: linesOf(seen, 'Route'),
      relatedTo: found.dialog.confirmedBy,
    });
  },
};

const D4: Rule = {
  id: 'D4',
  title: 'The route set stays what the first 2xx made it, whatever Record-Route later messages carry.',
  severity: 'error',
  rfc: 'RFC 3261 §12.2',
  advice:
    'Take the route set from the first 2xx to the first request only; a target refresh changes the remote target, never the route set.',
  check: (scene, report) => {
    const found = mismatch(scene);
    if (found === undefined || !followsLater(found)) return;
    const { seen } = scene;
    report({
      message: `The ${seen.method} follows the Record-Route of a later message instead of the route set of its dialog.`,
      span: linesOf(seen, 'Route'),
      relatedTo: found.dialog.confirmedBy,
    });
  },
};

export const ROUTE_SET_RULES: readonly Rule[] = [D1, D4];
