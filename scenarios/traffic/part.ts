import { formatHost, withoutBrackets } from '../../stack/core/address.ts';
import { fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { beginsDialog, type Crossing, type Selection } from './recorded.ts';
import { DEFAULT_PORT, type Home, StepMaker } from './steps.ts';
import { withoutProgress } from './transfers.ts';
import { type Identifiers, Vocabulary } from './vocabulary.ts';

/** One lane that is played: whom it is, and whom it talks to. */
export interface Part {
  readonly selection: Selection;
  /** Of the actor. */
  readonly name: string;
  readonly who: Identity;
  readonly home: Home;
  /** User part of whom it calls; undefined when it calls nobody. */
  readonly targetUser: string | undefined;
}

interface Identity {
  readonly user: string;
  readonly host: string;
  readonly displayName: string | undefined;
}

/** Names that mean something else in a scenario. */
const TAKEN: ReadonlySet<string> = new Set(['target', 'proxy', 'password', 'round']);

/** What is known of each lane. @param selections - one for each, all with messages */
export function partsOf(selections: readonly Selection[]): readonly Part[] {
  const names = new Map<string, string>();
  const whos = selections.map((selection) => {
    const begins = selection.crossings.find(beginsDialog);
    const who = identityOf(selection.crossings[0], begins);
    names.set(selection.lane, freeName(who.user, new Set(names.values())));
    return { selection, begins, who };
  });
  return whos.map(({ selection, begins, who }) => {
    const peer = names.get(selection.target);
    return {
      selection,
      name: names.get(selection.lane) ?? 'caller',
      who,
      home: homeOf(selection, begins, peer),
      targetUser: begins === undefined ? undefined : uriOf(begins).user,
    };
  });
}

function freeName(user: string, taken: ReadonlySet<string>): string {
  const word = /^[A-Za-z_]\w*$/.test(user) && !TAKEN.has(user) ? user : 'caller';
  let name = word;
  for (let n = 2; taken.has(name); n++) name = `${word}${n}`;
  return name;
}

/** What makes the steps of a part. @param parts - all that are played */
export function stepMakerOf(part: Part, parts: readonly Part[], identifiers: Identifiers): StepMaker {
  const { selection, who, home, targetUser } = part;
  const addresses: (readonly [string, string])[] = parts.map(
    (one) => [one.selection.lane, `\${${one.name}}`] as const,
  );
  if (!addresses.some(([lane]) => lane === selection.target))
    addresses.push([selection.target, home.laneText]);
  return new StepMaker(withoutProgress(selection.crossings), new Vocabulary(addresses, identifiers), {
    user: who.user,
    targetUser,
    home,
    dialogs: dialogNames(selection.crossings),
    hasCredentials: selection.authUsers.length > 0,
  });
}

function uriOf({ message }: Crossing) {
  const { startLine } = message;
  return parseUri(startLine.kind === 'request' ? startLine.uri : '');
}

/**
 * What the URI of the target names: the lane itself, or a domain that the lane serves.
 * @param peer - the actor that the lane talks to, when it is one.
 */
function homeOf(
  { crossings, target }: Selection,
  begins: Crossing | undefined,
  peer: string | undefined,
): Home {
  const addressed = crossings.filter(
    (one) => beginsDialog(one) || (one.isOurs && one.method === 'REGISTER' && one.status === undefined),
  );
  const lane = laneOf(target);
  const isAway = (one: Crossing): boolean => {
    const { host, port = DEFAULT_PORT } = uriOf(one);
    const peerLane = laneOf(one.peer);
    return formatHost(host) !== peerLane.host || port !== peerLane.port;
  };
  const isElsewhere = addressed.some(isAway);
  const main = begins ?? addressed[0];
  const isV6 = lane.host.startsWith('[');
  const direct = `${isV6 ? '[${target_host}]' : '${target_host}'}:\${target_port}`;
  const peerText = peer === undefined ? undefined : `\${${peer}}`;
  const isAtLane = main === undefined || !isAway(main) || uriOf(main).host === '';
  const { host, port } =
    isAtLane || main === undefined ? { host: withoutBrackets(lane.host), port: lane.port } : uriOf(main);
  const at = isAtLane ? (peerText ?? target) : `${formatHost(host)}${port === undefined ? '' : `:${port}`}`;
  const text = isAtLane ? (peerText ?? direct) : port === undefined ? '${target_host}' : direct;
  const laneText = peerText ?? (isElsewhere ? '${proxy}' : direct);
  return { at, host, port: port ?? DEFAULT_PORT, text, laneText, isElsewhere };
}

const laneOf = (lane: string) => ({
  host: hostIn(lane),
  port: Number(/\d+$/.exec(lane)?.[0] ?? DEFAULT_PORT),
});

/** Who the actor is: From of what it sends, To of what it gets. */
function identityOf(first: Crossing | undefined, begins: Crossing | undefined): Identity {
  const one = begins ?? first;
  if (one === undefined) return { user: '', host: '', displayName: undefined };
  const { message, isOurs, status } = one;
  const header = isOurs === (status === undefined) ? fromHeader(message) : toHeader(message);
  const { user = '', host, port } = parseUri(header?.uri ?? '');
  const { displayName } = header ?? {};
  return {
    user: decodeText(user),
    host: host === '' || port === undefined ? host : `${host}:${port}`,
    displayName: displayName === undefined || displayName === '' ? undefined : decodeText(displayName),
  };
}

/** `call`, `call2`, `registration`: by the method that begins each; empty where there is one dialog only. */
function dialogNames(crossings: readonly Crossing[]): ReadonlyMap<string, string> {
  const words: Readonly<Record<string, string>> = {
    INVITE: 'call',
    REGISTER: 'registration',
    SUBSCRIBE: 'subscription',
  };
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { callId, method } of crossings) {
    if (names.has(callId)) continue;
    const word = words[method] ?? method.toLowerCase();
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    names.set(callId, count === 1 ? word : `${word}${count}`);
  }
  return names.size > 1 ? names : new Map<string, string>();
}

/** `127.0.0.1` of `127.0.0.1:5060` */
export const hostIn = (lane: string): string => lane.replace(/:\d+$/, '');
