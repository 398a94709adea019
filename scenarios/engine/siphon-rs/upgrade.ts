import type { SiphonRsFile, SiphonRsSend, SiphonRsStep } from '../../schema/siphon-rs.ts';
import { SCENARIO_VERSION } from '../../schema/scenario.ts';
import type { Path } from '../source.ts';
import { DialogNames } from './dialog-names.ts';

/** A scenario of siphon-rs in our language. */
export interface Upgraded {
  /** As a file of ours would say it. */
  readonly value: object;
  /** Where in the file of siphon-rs a value comes from. */
  readonly pathBefore: (path: Path) => Path;
}

type Step = Readonly<Record<string, unknown>>;

/** What is sent over one transport: an actor. */
interface Track {
  readonly name: string;
  readonly transport: string;
  readonly steps: Step[];
  /** For each of its steps the one of the file that it comes from. */
  readonly origins: number[];
  readonly dialogs: DialogNames;
}

/** Their To is the address of record of the actor unless a step says otherwise. */
const OF_ITSELF = ['REGISTER', 'PUBLISH'];

const CLASSES = ['2xx', '3xx', '4xx', '5xx', '6xx'] as const;

/** Requests that carry no Contact (RFC 3261 table 2; in an ACK it says nothing). */
const WITHOUT_CONTACT = ['ACK', 'CANCEL'];

/**
 * Says in our language what siphon-rs does with a file: the requests go out one after the other. What is sent there and forgotten must have a
 * final response here, whichever; an INVITE that is cancelled has it after the CANCEL. Requests of a call are in its dialog, and an actor has
 * one transport: several transports make several actors, which meet at points of `sync` so that the order stays.
 */
export function upgradeSiphonRs(
  file: SiphonRsFile,
  steps: readonly SiphonRsStep[],
  name = 'Scenario of siphon-rs',
): Upgraded {
  const usual = file.default_transport ?? 'udp';
  const transportOf = (step: SiphonRsSend): string => step.transport ?? usual;
  const sends = steps.filter((step) => step.type === 'send');
  const transports = [...new Set(sends.map(transportOf))];
  if (transports.length === 0) transports.push(usual);
  const tracks = transports.map((transport): Track => ({
    name: transports.length === 1 ? 'uac' : transport,
    transport,
    steps: [],
    origins: [],
    dialogs: new DialogNames(sends.filter((step) => transportOf(step) === transport)),
  }));
  let track: Track | undefined;
  steps.forEach((step, i) => {
    const isSend = step.type === 'send';
    const next = isSend
      ? tracks.find(({ transport }) => transport === transportOf(step))
      : (track ?? tracks[0]);
    if (next === undefined) return;
    if (track !== undefined && next !== track)
      for (const one of [track, next]) add(one, i, { sync: `step ${i + 1}` });
    track = next;
    if (isSend) add(next, i, ...stepsOfSend(step, i, steps, file, next.dialogs));
    else add(next, i, { wait: `${step.ms} ms` });
  });
  const actors = tracks.map((one) => [one.name, actorOf(one, file, sends[0]?.uri)] as const);
  return {
    value: { version: SCENARIO_VERSION, name, actors: Object.fromEntries(actors) },
    pathBefore: (path) => pathBefore(path, tracks),
  };
}

function add({ steps, origins }: Track, origin: number, ...added: readonly Step[]): void {
  for (const step of added) {
    steps.push(step);
    origins.push(origin);
  }
}

function actorOf(
  { transport, steps }: Track,
  { local_uri: local }: SiphonRsFile,
  target: string | undefined,
): object {
  const [, user, domain] = PLAIN_URI.exec(local ?? '') ?? [];
  return {
    ...(transport !== 'udp' && { transport }),
    ...(user !== undefined && { user: plain(user), domain: plain(domain ?? '') }),
    ...(target !== undefined && { target: plain(target) }),
    steps,
  };
}

/** One that user and host say wholly. */
const PLAIN_URI = /^sip:([^@;?:]+)@([^@;?]+)$/i;

function stepsOfSend(
  step: SiphonRsSend,
  i: number,
  all: readonly SiphonRsStep[],
  file: SiphonRsFile,
  dialogs: DialogNames,
): readonly Step[] {
  const { method, uri, body } = step;
  const { local_uri: local, contact_uri: contact } = file;
  const { name, isOtherEnd } = dialogs.take(method, uri);
  const within = name === 'main' ? {} : { dialog: name };
  const headers = headersOf(step, file);
  const send = {
    send: {
      method,
      uri: plain(uri),
      ...((isOtherEnd || OF_ITSELF.includes(method)) && { to: plain(uri) }),
      ...(local != null && !PLAIN_URI.test(local) && { from: plain(local) }),
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(body == null ? method === 'INVITE' && { sdp: false } : { body: plain(body) }),
    },
    ...within,
  };
  const final = (): Step => ({ anyOf: CLASSES.map((status) => ({ expect: status })), ...within });
  if (method === 'ACK' || (method === 'INVITE' && isCancelled(i, all))) return [send];
  // Of the CANCEL and of the INVITE, whichever comes first.
  if (method === 'CANCEL') return [send, final(), final()];
  if (method !== 'SUBSCRIBE' || contact != null) return [send, final()];
  // A subscription that is granted is told of its state at once (RFC 6665 §4.2.1.2); a contact of its own may be anywhere.
  const [granted, ...others] = CLASSES;
  const told = [
    { expect: 'NOTIFY', ...within },
    { send: 200, ...within },
  ];
  const anyOf = [{ expect: granted, then: told }, ...others.map((status) => ({ expect: status }))];
  return [send, { anyOf, ...within }];
}

/** Whether the next request after an INVITE is its CANCEL. */
const isCancelled = (i: number, all: readonly SiphonRsStep[]): boolean => {
  const next = all.slice(i + 1).find(({ type }) => type === 'send');
  return next?.type === 'send' && next.method === 'CANCEL';
};

/** Lines of the same name become a list. */
function headersOf(
  { method, headers }: SiphonRsSend,
  { contact_uri: contact }: SiphonRsFile,
): Record<string, unknown> {
  const lines: Record<string, string[]> = {};
  for (const { name, value } of headers ?? []) (lines[name] ??= []).push(plain(value));
  const hasContact = Object.keys(lines).some((name) => /^(contact|m)$/i.test(name));
  const added = contact != null && !hasContact && !WITHOUT_CONTACT.includes(method);
  return {
    ...(added && { Contact: `<${plain(contact)}>` }),
    ...Object.fromEntries(
      Object.entries(lines).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    ),
  };
}

/** There are no expressions in files of siphon-rs: what looks like one is a text. */
const plain = (text: string): string => text.replaceAll('${', () => "$${'\\x7b'}");

/** Of what a step of ours says, the key of the step it comes from. */
const KEYS: Readonly<Record<string, string>> = {
  method: 'method',
  uri: 'uri',
  to: 'uri',
  headers: 'headers',
  body: 'body',
};

function pathBefore(path: Path, tracks: readonly Track[]): Path {
  const [first, actor, key, index, word, inner] = path;
  const track = first === 'actors' ? tracks.find(({ name }) => name === actor) : undefined;
  if (track === undefined) return [];
  if (key === 'transport') return ['default_transport'];
  if (key === 'user' || key === 'domain') return ['local_uri'];
  const origin = key === 'steps' && typeof index === 'number' ? track.origins[index] : undefined;
  if (origin === undefined) return ['steps'];
  const before = word === 'wait' ? 'ms' : word === 'send' ? KEYS[inner ?? ''] : undefined;
  return ['steps', origin, ...(before === undefined ? [] : [before])];
}
