import * as z from 'zod';
import { event, method } from './define.ts';
import { RunId, ScenarioRun } from './scenario-run.ts';
import { ScenarioPath, Value } from './scenario-values.ts';

/** Which text a file holds: changes whenever the text does. */
const Revision = z.string().max(100);
/** Larger files are no scenarios. */
export const MAX_SCENARIO_CHARS = 4 * 1024 * 1024;
const Text = z.string().max(MAX_SCENARIO_CHARS);

/** Something wrong with a scenario text. Lines and columns count from 1; the end is exclusive. */
export const ScenarioDiagnostic = z.object({
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int(),
  endColumn: z.number().int(),
  /** Path of the value: `actors.alice.steps[2].expect`. */
  path: z.string(),
  /** What would mend it, the likeliest first. */
  fixes: z
    .array(
      z.object({
        /** `Change expct to expect` */
        title: z.string(),
        /** A replacement of one stretch of the text. */
        edit: z.object({
          line: z.number().int(),
          column: z.number().int(),
          endLine: z.number().int(),
          endColumn: z.number().int(),
          text: z.string(),
        }),
      }),
    )
    .optional(),
});
export type ScenarioDiagnostic = z.infer<typeof ScenarioDiagnostic>;

export const ScenarioFile = z.object({
  path: ScenarioPath,
  /** What stands in it; empty when it is no scenario. */
  name: z.string(),
  modifiedAtMs: z.number(),
  /** There is an unsaved text of it, kept by `scenarios.keepDraft`. */
  hasDraft: z.boolean(),
});
export type ScenarioFile = z.infer<typeof ScenarioFile>;

/** A shipped scenario to begin with. */
export const ScenarioTemplate = z.object({
  path: ScenarioPath,
  name: z.string(),
  description: z.string(),
  /** Its folder: `calls`. */
  group: z.string(),
});
export type ScenarioTemplate = z.infer<typeof ScenarioTemplate>;

export const ScenarioFiles = z.object({
  /** Where they are, for a person to read. */
  folder: z.string(),
  files: z.array(ScenarioFile),
  templates: z.array(ScenarioTemplate),
});
export type ScenarioFiles = z.infer<typeof ScenarioFiles>;

export const ScenarioText = z.object({
  path: ScenarioPath,
  text: z.string(),
  revision: Revision,
  /** What was typed and not saved; `baseRevision` is what it was typed over. */
  draft: z.object({ text: z.string(), savedAtMs: z.number(), baseRevision: Revision }).optional(),
});
export type ScenarioText = z.infer<typeof ScenarioText>;

/** A step as the steps view and the ladder show it. */
export const OutlineStep = z.object({
  /** Path of it in the file, which names it in edits: `actors.alice.steps[3].repeat.steps[0]`. */
  at: z.string(),
  /** How the results of a run name it: what the person called it, else `at`. */
  id: z.string(),
  actor: z.string(),
  /** Its word: send, expect, invite, wait. */
  kind: z.string(),
  title: z.string(),
  line: z.number().int(),
  /** The last line of it. */
  endLine: z.number().int(),
  /** How deep it is nested; 0 for the steps of an actor. */
  depth: z.number().int(),
  dialog: z.string(),
  /** What it sends and waits for, each drawn as an arrow, in order: several for a verb (invite), none for wait, set, log. */
  arrows: z.array(
    z.object({
      direction: z.enum(['out', 'in']),
      /** `INVITE`, `180`, `2xx`. */
      label: z.string(),
      kind: z.enum(['request', 'response']),
      /** Actor at the other end, where the file says so; else empty: the target. */
      peer: z.string(),
    }),
  ),
  /** A few words more: `within 1 s`. */
  note: z.string(),
});
export type OutlineStep = z.infer<typeof OutlineStep>;

export const ScenarioOutline = z.object({
  name: z.string(),
  description: z.string(),
  actors: z.array(z.object({ name: z.string(), transport: z.string(), line: z.number().int() })),
  /** Servers that are started for the run. */
  nodes: z.array(z.object({ name: z.string(), mode: z.string(), line: z.number().int() })),
  variables: z.array(z.object({ name: z.string(), value: z.string(), line: z.number().int() })),
  /** Actor by actor, in the order of the file. */
  steps: z.array(OutlineStep),
});
export type ScenarioOutline = z.infer<typeof ScenarioOutline>;

/** An edit of the steps or the ladder view. Everything it is not about stays as it is, comments and formatting too. */
export const ScenarioEdit = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('insert'),
    actor: z.string(),
    /** `at` of the step it goes before; at the end when absent. */
    before: z.string().optional(),
    /** One step or several, without the dash: `expect: 180`. */
    yaml: Text,
  }),
  z.object({ kind: z.literal('replace'), at: z.string(), yaml: Text }),
  z.object({ kind: z.literal('remove'), at: z.string() }),
  /** Up (negative) or down among its neighbours. */
  z.object({ kind: z.literal('move'), at: z.string(), by: z.number().int().min(-1000).max(1000) }),
  /** To a place beside another step, of whichever actor or list that is. */
  z.object({
    kind: z.literal('relocate'),
    at: z.string(),
    /** `at` of that step. */
    beside: z.string(),
    place: z.enum(['before', 'after']),
  }),
  z.object({ kind: z.literal('addActor'), name: z.string() }),
]);
export type ScenarioEdit = z.infer<typeof ScenarioEdit>;

export const CompletionItem = z.object({
  label: z.string(),
  /** A snippet: `${1:180}` are its places to fill in. */
  insertText: z.string(),
  detail: z.string(),
  documentation: z.string(),
  kind: z.enum(['key', 'value', 'snippet']),
  /** What of the line it replaces; columns count from 1, the end is exclusive. */
  replace: z.object({ startColumn: z.number().int(), endColumn: z.number().int() }),
});
export type CompletionItem = z.infer<typeof CompletionItem>;

const Range = z.object({
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int(),
  endColumn: z.number().int(),
});

const Nothing = z.object({});
const OneFile = z.object({ path: ScenarioPath });
const OneRun = z.object({ run: RunId });
const At = z.object({ text: Text, line: z.number().int().min(1), column: z.number().int().min(1) });
const BAD_PATH = { 'bad-params': 'the path leads out of the folder, or is no name of a scenario' } as const;
const NO_FILE = { ...BAD_PATH, 'not-found': 'there is no such file', 'file-error': '' } as const;
const NO_RUN = { 'not-found': 'there is no such run' } as const;
const HELD = { ...NO_RUN, conflict: 'no actor is held before a step' } as const;

/** The scenario editor: files of the workspace folder, the language, runs and the debugger. */
export const scenarioMethods = {
  'scenarios.list': method(
    Nothing,
    ScenarioFiles,
    'The scenario files of the workspace folder, and the shipped ones to begin with.',
    { 'file-error': '' },
  ),
  'scenarios.read': method(
    OneFile,
    ScenarioText,
    'A file, and what was typed into it and not saved.',
    NO_FILE,
  ),
  'scenarios.template': method(OneFile, z.object({ text: z.string() }), 'The text of a shipped scenario.', {
    'not-found': 'there is no such template',
  }),
  'scenarios.save': method(
    z.object({ path: ScenarioPath, text: Text, baseRevision: Revision.optional() }),
    z.object({ revision: Revision }),
    'Writes a file whole and forgets its draft. Without a base revision it is written whatever the file holds.',
    {
      ...BAD_PATH,
      conflict:
        'the file has changed on the disk; the data is { text, revision } of it, or {} when it is gone',
      'file-error': '',
    },
  ),
  'scenarios.create': method(
    z.object({ path: ScenarioPath, text: Text }),
    ScenarioFile,
    'Makes a file, and the folders it is in.',
    { ...BAD_PATH, conflict: 'there is one of that name', 'file-error': '' },
  ),
  'scenarios.rename': method(
    z.object({ path: ScenarioPath, to: ScenarioPath }),
    ScenarioFile,
    'Gives a file another path; its draft goes along.',
    { ...NO_FILE, conflict: 'there is one of that name' },
  ),
  'scenarios.delete': method(
    OneFile,
    Nothing,
    'Moves a file into the folder .trash of the workspace.',
    NO_FILE,
  ),
  'scenarios.keepDraft': method(
    z.object({ path: ScenarioPath, text: Text, baseRevision: Revision }),
    Nothing,
    'Keeps what was typed until it is saved: written whole and flushed before this answers.',
    { ...BAD_PATH, 'file-error': '' },
  ),
  'scenarios.dropDraft': method(OneFile, Nothing, 'Forgets what was typed and not saved.', {
    ...BAD_PATH,
    'file-error': '',
  }),
  'scenarios.check': method(
    z.object({
      text: Text,
      /** Where it stands: the files that it names are read from there. Without it nothing is said of them. */
      path: ScenarioPath.optional(),
    }),
    z.object({
      diagnostics: z.array(ScenarioDiagnostic),
      outline: ScenarioOutline.optional(),
      /** How often it runs until every row of its datasets was used; absent without datasets, and of what cannot run. */
      rows: z.number().int().optional(),
    }),
    'What is wrong with a text, and what stands in it; no outline when it cannot be read at all.',
  ),
  'scenarios.complete': method(
    At,
    z.object({ items: z.array(CompletionItem) }),
    'What may be written at a place of a text, half typed or not.',
  ),
  'scenarios.hover': method(
    At,
    z.object({ markdown: z.string().optional(), range: Range.optional() }),
    'What the word at a place of a text means.',
  ),
  'scenarios.edit': method(
    z.object({ text: Text, edit: ScenarioEdit }),
    z.object({
      text: z.string(),
      /** Where the edited step stands now. */
      line: z.number().int(),
    }),
    'A text with one edit of a step or an actor; everything else stays octet for octet.',
    { 'bad-params': 'the edit is about nothing that is there, or is no step' },
  ),
  'scenarios.toSippXml': method(
    z.object({ text: Text }),
    z.object({ xml: z.string(), warnings: z.array(ScenarioDiagnostic) }),
    'A scenario of one actor as a SIPp scenario, with what could not be said in it.',
    { 'invalid-config': 'it is no scenario; the data is { diagnostics }' },
  ),
  'scenarios.importSipp': method(
    z.object({ text: Text, fileName: z.string().max(200) }),
    z.object({ yaml: z.string(), diagnostics: z.array(ScenarioDiagnostic), suggestedPath: ScenarioPath }),
    'A scenario of SIPp (XML) or siphon-rs (JSON) as one of ours, with what could not be said in it.',
    { 'invalid-config': 'it is neither; the data is { diagnostics }' },
  ),
  'scenarios.run': method(
    z.object({
      path: ScenarioPath,
      text: Text,
      target: z.string().max(1000).optional(),
      /** Name of an environment whose variables count where `target` and `variables` say nothing. */
      environment: z.string().max(60).optional(),
      variables: z.record(z.string(), Value),
      /** Holds every actor before each of its steps. */
      debug: z.boolean(),
      /** Ids of steps: only these are run. */
      only: z.array(z.string()).max(10_000).optional(),
      /** Once for each row of its datasets, one after the other; without it once, with the first of each. */
      allRows: z.boolean().optional(),
    }),
    ScenarioRun,
    'Begins to run a text over real sockets; its messages are recorded in Traffic too.',
    {
      'invalid-config':
        'it does not compile, the target is no URI, or it has no dataset or too many rows; the data is { diagnostics }; or the file of environments is none',
      'not-found': 'there is no such environment',
    },
  ),
  'scenarios.stop': method(
    OneRun,
    ScenarioRun,
    'Gives a run up: what is open is cancelled, refused or ended. Answers when it is over; harmless then.',
    NO_RUN,
  ),
  'scenarios.step': method(
    z.object({ run: RunId, actor: z.string().optional() }),
    ScenarioRun,
    'Lets the actor that is held, or every one, do its step and holds it before the next.',
    HELD,
  ),
  'scenarios.continue': method(OneRun, ScenarioRun, 'Lets every actor go on without being held.', HELD),
  'scenarios.runs': method(
    Nothing,
    z.object({ runs: z.array(ScenarioRun) }),
    'The last twenty runs, newest first.',
  ),
  'scenarios.readRun': method(
    z.object({
      run: RunId,
      /** Number of the row to show, of a run for all rows. */
      row: z.number().int().min(1).optional(),
    }),
    ScenarioRun,
    'One run as it is now.',
    { 'not-found': 'there is no such run, or nothing is kept of the row' },
  ),
} as const;

export const scenarioEvents = {
  'scenarios.changed': event(
    z.object({ files: z.array(ScenarioFile) }),
    'Files of the workspace folder came, went or have changed, whoever did it.',
  ),
  'scenarios.fileChanged': event(
    z.object({ path: ScenarioPath, revision: Revision }),
    'The text of a file was changed by somebody else; the revision is empty when it is gone.',
  ),
  'scenarios.ran': event(ScenarioRun, 'A run has gone on or is over, at most ten times a second.'),
} as const;
