import { toHeader } from '../../stack/message/headers/name-addr.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { interleave } from './interleave.ts';
import { hostIn, type Part, partsOf, stepMakerOf } from './part.ts';
import { callingLane, lanesOf, type RecordedMessage, select, type Selection } from './recorded.ts';
import type { MadeStep } from './steps.ts';
import { Identifiers } from './vocabulary.ts';
import { written } from './written.ts';

export type { RecordedMessage } from './recorded.ts';

export type MadeScenario =
  | {
      readonly kind: 'made';
      readonly yaml: string;
      /** What a person should look at before it is run. */
      readonly notes: readonly string[];
      /** `invite-alice.yaml` */
      readonly fileName: string;
      /** `HOST:PORT` of who is played. */
      readonly played: readonly string[];
    }
  | { readonly kind: 'nothing'; readonly reason: string };

/**
 * A scenario in which lanes of a recording are actors that do again what they did, and expect what came. What they talked to is the target.
 * @param lanes - `HOST:PORT` of who is played; whoever called first when there is none.
 */
export function makeScenario(
  recorded: readonly RecordedMessage[],
  lanes: readonly string[] = [],
): MadeScenario {
  const messages = [...recorded].sort((a, b) => a.atMs - b.atMs);
  const caller = callingLane(messages);
  if (caller === undefined) return nothing('there is no request in these messages');
  const wanted = lanes.length === 0 ? [caller] : [...new Set(lanes)];
  const present = lanesOf(messages);
  const missing = wanted.find((lane) => !present.includes(lane));
  if (missing !== undefined)
    return nothing(`nothing was sent or received by ${missing}; the lanes are ${present.join(', ')}`);
  const selections = wanted.map((lane) => select(messages, lane, wanted));
  const idle = selections.find(({ crossings }) => crossings.length === 0);
  if (idle !== undefined) return nothing(`${idle.lane} has no request to play`);

  const parts = partsOf(selections);
  const identifiers = new Identifiers();
  const makers = parts.map((part) => stepMakerOf(part, parts, identifiers));
  interleave(makers);
  const steps = new Map(parts.map(({ name }, i) => [name, makers[i]?.steps ?? []]));
  const main = mainOf(parts);
  const passwords = new Map(
    parts
      .filter(({ selection }) => selection.authUsers.length > 0)
      .map(({ name }, _, all) => [name, all.length === 1 ? 'password' : `${name}_password`]),
  );
  const title = titleOf(main);
  const notes = notesOf(parts, main, steps, passwords, leftOut(messages, wanted));
  const isProxied = parts.some(({ home }) => home.laneText === '${proxy}');
  const scenario = {
    version: 1,
    name: title.slice(0, 200),
    variables: {
      ...(!main.home.at.includes('${') && { target: targetOf(main, main.home.at) }),
      ...(isProxied && { proxy: main.selection.target }),
      ...Object.fromEntries([...passwords.values()].map((name) => [name, 'change-me'])),
    },
    actors: Object.fromEntries(
      parts.map((part) => [
        part.name,
        { ...actorOf(part, main, passwords), steps: steps.get(part.name)?.map(({ step }) => step) },
      ]),
    ),
  };
  const yaml = written(scenario, steps, [...passwords.values()], notes);
  return { kind: 'made', yaml, notes, fileName: fileNameOf(title), played: wanted };
}

const nothing = (reason: string): MadeScenario => ({ kind: 'nothing', reason });

/** Whose target is the one of the scenario: who begins a dialog, with what is no actor if there is such. */
function mainOf(parts: readonly [Part, ...Part[]] | readonly Part[]): Part {
  const outside = parts.filter(({ home }) => !home.at.includes('${'));
  const main =
    [...outside, ...parts].find(({ targetUser }) => targetUser !== undefined) ?? outside[0] ?? parts[0];
  if (main === undefined) throw new Error('no lane is played');
  return main;
}

function targetOf({ targetUser }: Part, at: string): string {
  const user = targetUser === undefined ? '' : `${plain(decodeText(targetUser))}@`;
  return `sip:${user}${at.includes('${') ? at : plain(at)}`;
}

/** An actor without its steps. */
function actorOf(part: Part, main: Part, passwords: ReadonlyMap<string, string>): object {
  const { selection, name, who, home } = part;
  const { lane, target, protocol, authUsers, crossings } = selection;
  const [authUser] = authUsers;
  const isAtHome = who.host === '' || (who.host !== target && hostIn(who.host) === hostIn(lane));
  const isSameHome = home.host === main.home.host && home.port === main.home.port;
  const needsTarget = home.at.includes('${') || part !== main;
  return {
    ...(protocol !== 'udp' && { transport: protocol }),
    ...(crossings[0]?.isOurs === false && { listen: lane }),
    ...(needsTarget && {
      target: targetOf(part, isSameHome && !home.at.includes('${') ? home.text : home.at),
    }),
    ...(home.isElsewhere && { outboundProxy: `sip:${home.laneText}` }),
    ...(who.user !== name && who.user !== '' && { user: plain(who.user) }),
    ...(!isAtHome && { domain: who.host === target ? home.laneText : plain(who.host) }),
    ...(who.displayName !== undefined && { displayName: plain(who.displayName) }),
    ...(authUser !== undefined && {
      credentials: { user: plain(authUser), password: `\${${passwords.get(name) ?? ''}}` },
    }),
  };
}

const plain = (text: string): string => text.replaceAll('${', '${"$"}{');

function titleOf({ selection, who, targetUser }: Part): string {
  const methods = [
    ...new Set(selection.crossings.filter(({ status }) => status === undefined).map(({ method }) => method)),
  ];
  const called = targetUser === undefined ? '' : ` to ${decodeText(targetUser)}`;
  return `${methods.filter((method) => method !== 'ACK').join(', ')}: ${who.user === '' ? 'somebody' : who.user}${called}`;
}

const fileNameOf = (title: string): string =>
  `${title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)}.yaml`;

/** Messages between lanes that are not played, and who those are. */
function leftOut(messages: readonly RecordedMessage[], played: readonly string[]): readonly string[] {
  const others = messages.filter(
    ({ source, destination }) => !played.includes(source) && !played.includes(destination),
  );
  if (others.length === 0) return [];
  return [
    `${others.length} messages that ${played.join(', ')} neither sent nor got are left out: they are of ${lanesOf(others).join(', ')}.`,
  ];
}

function notesOf(
  parts: readonly Part[],
  main: Part,
  steps: ReadonlyMap<string, readonly MadeStep[]>,
  passwords: ReadonlyMap<string, string>,
  left: readonly string[],
): readonly string[] {
  const isOne = parts.length === 1;
  const proxied = parts.some(({ home }) => home.laneText === '${proxy}');
  return [
    ...left,
    ...parts.flatMap(({ name, selection }) => notesOfPart(selection, passwords.get(name))),
    ...(proxied
      ? [
          `Requests go to ${main.selection.target} first, whatever they are about: set the variable proxy for another.`,
        ]
      : []),
    ...parts.flatMap(({ name }) =>
      (steps.get(name) ?? []).flatMap((step, i) =>
        step.notes.map((note) => `${isOne ? 'Step' : `${name}, step`} ${i + 1}: ${note}`),
      ),
    ),
  ];
}

function notesOfPart(
  { notes, authUsers, crossings, lane }: Selection,
  password: string | undefined,
): readonly string[] {
  const [authUser, ...otherUsers] = authUsers;
  const [first] = crossings;
  const isMiddle =
    first?.status !== undefined || (first?.isOurs === true && toHeader(first.message)?.tag !== undefined);
  return [
    ...notes,
    ...(authUser === undefined || password === undefined
      ? []
      : [`The password of ${decodeText(authUser)} is not in a capture: set the variable ${password}.`]),
    ...(otherUsers.length === 0 ? [] : [`Credentials of ${otherUsers.join(', ')} are not in the scenario.`]),
    ...(isMiddle ? ['The capture begins in the middle of a dialog: its beginning is missing.'] : []),
    ...(first?.isOurs === false ? [`The actor listens on ${lane} and waits to be called.`] : []),
  ];
}
