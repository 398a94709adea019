import type { Diagnostic, Place } from '../engine/diagnostic.ts';
import { inOrder } from '../engine/read-scenario.ts';
import { SCENARIO_VERSION } from '../schema/scenario.ts';
import { actionsOf } from './actions.ts';
import { type CommandPairs, NO_COMMANDS } from './command-pairs.ts';
import { commandSteps, pairCommands } from './commands.ts';
import {
  ImportContext,
  type ImportOptions,
  type ImportRole,
  type Step,
  warnOfAttributes,
} from './context.ts';
import { datasetsOf, readFields } from './fields.ts';
import { readMessageText } from './message-text.ts';
import { prettyYaml } from '../engine/pretty-yaml.ts';
import { isSet, nextSteps, receiveSteps } from './receives.ts';
import { sendStep } from './sends.ts';
import { type Element, readXml, XmlError } from './xml.ts';

/** A scenario of SIPp in our language, or why it is none. */
export type Imported =
  | {
      readonly isValid: true;
      readonly yaml: string;
      readonly warnings: readonly Diagnostic[];
      /** What is told of the file of the other sipp. */
      readonly peerWarnings?: readonly Diagnostic[];
    }
  | { readonly isValid: false; readonly diagnostics: readonly Diagnostic[]; readonly isPeer?: boolean };

/** Where one listens that is told no other address. */
const SERVER_ADDRESS = '127.0.0.1:5060';

/** SIPp waits without an end unless it is told otherwise. */
const TIMEOUT = '10 min';

/**
 * Makes a scenario of ours of an XML scenario of SIPp, or of two whose sipps talk to each other. What the keywords of SIPp only fill in as a
 * correct agent would (Via, tags, Call-ID, CSeq) is left to the actor; what cannot be kept is a warning with its place, never dropped without one.
 */
export function importSipp(xml: string, options: ImportOptions = {}): Imported {
  const read = readRoot(xml);
  if ('severity' in read) return { isValid: false, diagnostics: [read] };
  const other = options.peer === undefined ? undefined : readRoot(options.peer);
  if (other !== undefined && 'severity' in other)
    return { isValid: false, diagnostics: [other], isPeer: true };
  const commands =
    other === undefined
      ? NO_COMMANDS
      : pairCommands({ root: read, prefix: '' }, { root: other, prefix: PEER_PREFIX });
  const { listen, transport, fields = [] } = options;
  const ofFields: Diagnostic[] = [];
  const tables = readFields(fields, (place, message) => {
    ofFields.push({ severity: 'warning', path: '', message, ...place });
  });
  const own = new ImportContext(ownRole(read, commands), options, tables);
  const actors = { [own.role.actorName]: actorOf(read, own, transport, listen) };
  const variables = Object.fromEntries(own.variables);
  let peer: ImportContext | undefined;
  if (other !== undefined) {
    peer = new ImportContext(peerRole(commands), options, tables);
    declareTarget(peer);
    actors[peer.role.actorName] = {
      target: peer.role.target.uri,
      ...actorOf(other, peer, transport),
    };
    Object.assign(variables, Object.fromEntries(peer.variables));
  }
  const scenario = {
    version: SCENARIO_VERSION,
    name: (read.attributes['name'] ?? '').trim() === '' ? 'SIPp scenario' : read.attributes['name'],
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(tables.length > 0 && { datasets: datasetsOf(tables) }),
    timeout: TIMEOUT,
    actors,
  };
  return {
    isValid: true,
    yaml: prettyYaml(scenario),
    warnings: [...ofFields, ...inOrder(own.warnings)],
    ...(peer !== undefined && { peerWarnings: inOrder(peer.warnings) }),
  };
}

const PEER_PREFIX = 'peer_';

const ownRole = (root: Element, commands: CommandPairs): ImportRole => ({
  actorName: isClient(root) ? 'uac' : 'uas',
  prefix: '',
  target: { uri: '${target}', user: 'target_user', host: 'target_host', port: 'target_port' },
  commands,
});

/** The other sipp is told its target by variables of its own. */
const peerRole = (commands: CommandPairs): ImportRole => ({
  actorName: 'peer',
  prefix: PEER_PREFIX,
  target: {
    uri: 'sip:${peer_target_user}@${peer_target_host}:${peer_target_port}',
    user: 'peer_target_user',
    host: 'peer_target_host',
    port: 'peer_target_port',
  },
  commands,
});

function declareTarget({ role: { target }, variables }: ImportContext): void {
  variables.set(target.user, 'service').set(target.host, '127.0.0.1').set(target.port, 5060);
}

/** Whether a sipp sends before it receives. */
function isClient({ children }: Element): boolean {
  const first = children.find(({ name }) => name === 'send' || name === 'recv');
  return first?.name === 'send' || first?.attributes['response'] !== undefined;
}

/** The root element of a scenario of SIPp, or why it is none. */
function readRoot(xml: string): Element | Diagnostic {
  const failed = ({ line, column }: Place, message: string): Diagnostic => ({
    severity: 'error',
    path: '',
    line,
    column,
    message,
  });
  try {
    const root = readXml(xml);
    return root.name === 'scenario'
      ? root
      : failed(root.place, `expected the element scenario, got ${root.name}: this is no scenario of SIPp`);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return failed(error.place, `this is no XML: ${error.message}`);
  }
}

function actorOf(
  root: Element,
  context: ImportContext,
  transport: ImportOptions['transport'],
  listen?: string,
): Record<string, unknown> {
  warnOfAttributes(root, ['name'], context);
  const steps = stepsOf(root.children, context);
  const address = listen ?? (isClient(root) ? undefined : SERVER_ADDRESS);
  return {
    ...(transport !== undefined && { transport }),
    ...(address !== undefined && { listen: address }),
    ...context.actor,
    steps,
  };
}

function stepsOf(elements: readonly Element[], context: ImportContext): readonly Step[] {
  const steps: Step[] = [];
  let run: Element[] = [];
  const endRun = (): void => {
    if (run.length > 0) steps.push(...receiveSteps(run, context));
    run = [];
  };
  for (const element of elements) {
    if (element.name === 'recv') {
      run.push(element);
      if (element.attributes['optional'] === undefined || element.attributes['optional'] === 'false')
        endRun();
      continue;
    }
    if (STATISTICS_TABLES.includes(element.name) || element.name === 'Reference') {
      if (element.name !== 'Reference')
        context.warn(element.place, `${element.name} is for the statistics of sipp: it is left out`);
      continue;
    }
    const last = run.at(-1);
    if (last !== undefined && element.name !== 'label') noMandatory(last, context);
    endRun();
    steps.push(...conditional(element, context));
  }
  const last = run.at(-1);
  if (last !== undefined) noMandatory(last, context);
  endRun();
  return steps;
}

const noMandatory = ({ place }: Element, context: ImportContext): void =>
  context.warn(place, 'no mandatory recv follows: it is waited for with what comes next');

const STATISTICS_TABLES = ['ResponseTimeRepartition', 'CallLengthRepartition'];

/** With `condexec`: only when the variable is set. */
function conditional(element: Element, context: ImportContext): readonly Step[] {
  const { condexec, condexec_inverse: inverse } = element.attributes;
  const steps = plainSteps(element, context);
  if (condexec === undefined || steps.length === 0) return steps;
  return [{ if: isSet(condexec, context), [inverse === 'true' ? 'else' : 'then']: steps }];
}

const COMMON = ['next', 'test', 'condexec', 'condexec_inverse'];

function plainSteps(element: Element, context: ImportContext): readonly Step[] {
  const { name, place, attributes } = element;
  switch (name) {
    case 'send':
      return sendSteps(element, context);
    case 'pause':
      return pauseSteps(element, context);
    case 'timewait':
      warnOfAttributes(element, ['milliseconds'], context);
      return [{ wait: milliseconds(attributes['milliseconds']) }];
    case 'nop': {
      warnOfAttributes(element, COMMON, context);
      return [...actionsOf(element, context).steps, ...nextSteps(element, context)];
    }
    case 'label':
      context.receivedStatus = context.sentStatus = undefined;
      return [{ label: attributes['id'] ?? '' }];
    case 'sendCmd':
    case 'recvCmd':
      return commandSteps(element, context);
    default:
      context.warn(place, `${name} is not supported: it is left out`);
      return [];
  }
}

function sendSteps(element: Element, context: ImportContext): readonly Step[] {
  const { attributes, place, text, textLine } = element;
  warnOfAttributes(element, [...COMMON, 'retrans', 'start_txn', 'ack_txn'], context);
  if (attributes['retrans'] !== undefined && attributes['retrans'] !== '500')
    context.warn(place, 'retransmissions begin after 500 ms here (T1 of RFC 3261), whatever retrans says');
  for (const child of element.children) {
    const { steps } = actionsOf({ ...element, children: [child] }, context);
    if (steps.length > 0) context.warn(child.place, 'actions of send come before it here');
  }
  const message = readMessageText(text, textLine);
  const transaction = attributes['start_txn'];
  if (transaction !== undefined) context.transactions.set(transaction, message.startLine.split(' ')[0] ?? '');
  const step = sendStep(message, context);
  return [...(step === undefined ? [] : [step]), ...nextSteps(element, context)];
}

const milliseconds = (text: string | undefined): string => {
  const ms = Math.max(0, Number(text ?? 0) || 0);
  return ms >= 1000 && ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
};

function pauseSteps(element: Element, context: ImportContext): readonly Step[] {
  const { attributes, place } = element;
  const known = ['milliseconds', 'distribution', 'value', 'min', 'max', 'mean', 'stdev', 'sanity_check'];
  warnOfAttributes(element, [...COMMON, ...known], context);
  const { distribution = 'fixed', min, max, mean, value } = attributes;
  let ms = attributes['milliseconds'] ?? value;
  if (distribution !== 'fixed') {
    ms = mean ?? String((Number(min ?? 0) + Number(max ?? 0)) / 2);
    context.warn(place, `the distribution ${distribution} is not supported: it always waits ${ms} ms`);
  } else if (ms === undefined)
    context.warn(place, 'how long this waits is what -d of sipp says: it is 0 ms here, as without -d');
  return [{ wait: milliseconds(ms) }, ...nextSteps(element, context)];
}
