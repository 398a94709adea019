import { compile } from '../engine/compile.ts';
import type { Diagnostic } from '../engine/diagnostic.ts';
import type { Instruction } from '../engine/program.ts';
import { matchesOf } from '../engine/program-matches.ts';
import { readScenario } from '../engine/read-scenario.ts';
import { pathText } from '../engine/source.ts';
import { durationMs } from '../schema/duration.ts';
import { ExportedCall } from './export-messages.ts';
import { StepExporter, type Tell } from './export-steps.ts';
import { escaped, NoSuchThing, SippTexts } from './export-text.ts';

/** A scenario of ours as XML of SIPp, or the list of what SIPp cannot do. */
export type Exported =
  | { readonly isValid: true; readonly xml: string; readonly warnings: readonly Diagnostic[] }
  | { readonly isValid: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Makes an XML scenario of SIPp of a scenario of one actor with one dialog. What its agent does by itself (ACK, the answer to CANCEL, provisional
 * responses that nobody asked for) is written down for sipp. Refuses, with the place of each reason, what would not be the same.
 */
export function exportSipp(text: string): Exported {
  const compiled = compile(text);
  if (!compiled.isValid) return compiled;
  const read = readScenario(text);
  if (!read.isValid) return read;
  const { scenario, source } = read;
  const findings: Diagnostic[] = [];
  const tell: Tell = (severity, path, message) => {
    findings.push({ severity, message, path: pathText(path), ...source.placeOf(path) });
  };
  const [program, ...others] = compiled.program.actors;
  const [name = '', actor] = Object.entries(scenario.actors)[0] ?? [];
  if (program === undefined || actor === undefined) return { isValid: false, diagnostics: [] };
  for (const other of others)
    tell('error', ['actors', other.name], 'one scenario of sipp is one actor: this is another');
  for (const node of Object.keys(scenario.nodes))
    tell('error', ['nodes', node], 'sipp starts no servers: run it against the target without this node');
  if (actor.transport === 'ws' || actor.transport === 'wss')
    tell('error', ['actors', name, 'transport'], `sipp has no transport ${actor.transport}`);
  else if (actor.transport !== 'udp')
    tell(
      'warning',
      ['actors', name, 'transport'],
      `sipp is told the transport on its command line: -t ${actor.transport === 'tcp' ? 't1' : 'l1'}`,
    );
  if (actor.tls !== undefined)
    tell(
      'warning',
      ['actors', name, 'tls'],
      'sipp is told certificates on its command line: -tls_cert, -tls_key, -tls_ca',
    );
  if (actor.credentials !== undefined)
    tell('error', ['actors', name, 'credentials'], 'answers to challenges are not exported');
  if (actor.target !== undefined && actor.target !== '${target}')
    tell('warning', ['actors', name, 'target'], 'sipp is told the target on its command line');

  const write = (
    needsNames: boolean,
    report: Tell,
  ): { readonly elements: readonly string[]; readonly call: ExportedCall; readonly texts: SippTexts } => {
    const texts = new SippTexts(
      name,
      'sip:[service]@[remote_ip]:[remote_port]',
      scenario.variables,
      assignedIn(program.instructions),
    );
    const user = textOr(actor.user ?? name, texts);
    const display = actor.displayName === undefined ? '' : `"${textOr(actor.displayName, texts)}" `;
    const first = program.instructions.find(({ op }) => op === 'send' || op === 'expect');
    const isServer = first?.op === 'expect';
    const call = new ExportedCall(isServer, texts, user, display, actor.headers ?? {});
    call.needsNames = needsNames;
    const exporter = new StepExporter(call, program.acknowledgesByHand, durationMs(scenario.timeout), report);
    exporter.steps(actor.steps, ['actors', name, 'steps']);
    return { elements: exporter.elements, call, texts };
  };
  // Whether names are to be taken from the first request is known at the end only.
  const { needsNames } = write(false, () => undefined).call;
  const { elements, texts } = write(needsNames, tell);
  if (findings.some(({ severity }) => severity === 'error'))
    return { isValid: false, diagnostics: findings.filter(({ severity }) => severity === 'error') };
  const variables = [...texts.used].join(',');
  const reference = variables === '' ? [] : [`<Reference variables="${variables}"/>`];
  const body = [...elements, ...reference].map((element) => `  ${element}\n`).join('\n');
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${escaped(scenario.name)}">\n${body}</scenario>\n`;
  return { isValid: true, xml, warnings: findings };
}

function textOr(text: string, texts: SippTexts): string {
  try {
    return texts.fill(text);
  } catch (error) {
    if (!(error instanceof NoSuchThing)) throw error;
    return text;
  }
}

/** Variables that get a value while it runs. */
function assignedIn(instructions: readonly Instruction[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const instruction of instructions) {
    if (instruction.op === 'set') for (const name of Object.keys(instruction.values)) names.add(name);
    for (const match of matchesOf(instruction)) {
      for (const name of Object.keys(match.capture)) names.add(name);
      for (const [, name = ''] of JSON.stringify(match).matchAll(/\(\?<([A-Za-z_]\w*)>/g)) names.add(name);
    }
  }
  return names;
}
