import * as z from 'zod';
import { TlsSettings } from './connection.ts';
import { Dataset, PlainValue } from './dataset.ts';
import { Duration } from './duration.ts';
import { Node } from './node.ts';
import { ActorRegistration } from './registration.ts';
import { STEP_EXTRAS, STEPS, IF_BRANCHES, STEP_KINDS } from './steps.ts';

export const SCENARIO_VERSION = 1;
export const TRANSPORTS = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;

const NAME = z.string().regex(/^[A-Za-z_]\w*$/, 'expected a name of letters, digits and _');

export const Actor = z.strictObject({
  transport: z.enum(TRANSPORTS).default('udp').describe('How it talks.'),
  listen: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[0-9.]+):\d{1,5}$/, 'expected ADDRESS:PORT, such as 127.0.0.1:0')
    .default('127.0.0.1:0')
    .describe('Its own address; port 0 takes a free one.'),
  tls: TlsSettings.optional().describe('Certificates, where it talks over tls or wss.'),
  user: z.string().optional().describe('User part of its URIs; its name when left out.'),
  domain: z.string().optional().describe('Host of its From; its own address when left out.'),
  displayName: z.string().optional().describe('Before its URI in From.'),
  target: z
    .string()
    .optional()
    .describe('URI of whom it talks to, or the name of a node; ${target} when left out.'),
  outboundProxy: z
    .string()
    .optional()
    .describe(
      'URI of where every request goes first, or the name of a node, whatever its Request-URI and its route say.',
    ),
  credentials: z
    .strictObject({ user: z.string(), password: z.string() })
    .optional()
    .describe('Answers challenges; without them a 401 or 407 is a response like any other.'),
  registration: ActorRegistration.optional().describe(
    'Registers before its first step, stays registered on its port while it does the steps, and removes the binding at the end.',
  ),
  headers: z.record(z.string(), z.string()).optional().describe('In every request of its own.'),
  steps: z.array(z.unknown()).default([]).describe('What it does, one step after the other.'),
});
export type Actor = z.infer<typeof Actor>;

/** A scenario file: who takes part, what they send and what must come back. */
export const Scenario = z.strictObject({
  version: z.literal(SCENARIO_VERSION).describe('Version of the language.'),
  name: z.string().min(1).max(200).describe('How reports call it.'),
  description: z.string().optional().describe('What happens, in a sentence.'),
  tags: z.array(z.string()).optional().describe('Words to find it by.'),
  variables: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/), PlainValue)
    .default({})
    .describe('Variables and the values they begin with, worked out in order when a run begins.'),
  datasets: z
    .record(NAME, Dataset)
    .default({})
    .describe('Rows of named columns, by name: ${users.name} is a column of the row that the run has.'),
  runs: z
    .union([z.literal('all'), z.number().int().min(1).max(1_000_000)])
    .default(1)
    .describe(
      'How many times it is run, one after the other, each with the next rows of the datasets; `all`: once for each row.',
    ),
  nodes: z
    .record(NAME, Node)
    .default({})
    .describe(
      'Servers of ours that take part, by name: started before the actors, stopped when the run is over.',
    ),
  counterpart: Node.optional().describe(
    'The server that answers it when it is tried out: a mode of siphond with its options.',
  ),
  expectedFailure: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Of a scenario that shows a failure: words of the sentence it fails with. The verdict stays fail; reports say whether it is this one.',
    ),
  timeout: Duration.default('32 s').describe('How long a step waits for a message unless it says otherwise.'),
  actors: z
    .record(NAME, Actor)
    .refine((actors) => Object.keys(actors).length > 0, 'at least one actor is needed')
    .describe('Who takes part, by name.'),
});
export type Scenario = z.infer<typeof Scenario>;

/** The JSON Schema of a step, for completion and hover. */
const stepSchema = (): object => ({
  anyOf: STEP_KINDS.map((kind) => {
    const more = kind === 'if' ? IF_BRANCHES : {};
    return z.toJSONSchema(z.strictObject({ [kind]: STEPS[kind], ...more, ...STEP_EXTRAS }), { io: 'input' });
  }),
});

/** The language with the options of a node. @param node - the schema of one. */
export const scenarioWith = (node: z.ZodType): z.ZodObject => {
  const { nodes, counterpart } = Scenario.shape;
  return Scenario.extend({
    nodes: z
      .record(NAME, node)
      .default({})
      .describe(nodes.description ?? ''),
    counterpart: node.optional().describe(counterpart.description ?? ''),
  });
};

/** The JSON Schema of the language, for editors. @param node - the schema of a node with its options. */
export function scenarioJsonSchema(node: z.ZodType = Node): object {
  const schema = z.toJSONSchema(scenarioWith(node), { io: 'input' });
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'steps' && typeof value === 'object' ? { type: 'array', items: { $ref: '#/$defs/step' } } : value,
  );
  return { ...(JSON.parse(text) as object), $defs: { step: stepSchema() } };
}
