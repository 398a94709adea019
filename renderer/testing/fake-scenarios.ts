import { ContractError } from '../../app/contract/errors.ts';
import type { ScenarioRun } from '../../app/contract/scenario-run.ts';
import type {
  OutlineStep,
  ScenarioDiagnostic,
  ScenarioEdit,
  ScenarioFile,
  ScenarioOutline,
  ScenarioTemplate,
} from '../../app/contract/scenarios.ts';
import type { EventName, Payload } from '../../app/contract/define.ts';
import type { Workbench } from '../../app/contract/workbench.ts';
import type { Handlers } from '../../app/rpc/types.ts';

const AT_MS = Date.UTC(2026, 10, 21, 14, 2, 48);
const REQUEST = /^[A-Z]+$/;
const ARROW_KINDS: Readonly<Record<string, 'out' | 'in'>> = { send: 'out', expect: 'in', optional: 'in' };

export const SAMPLE_SCENARIO = `version: 1
name: Busy
description: 486, which is acknowledged hop by hop.
variables:
  ring: 200 ms
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      # the call
      - send: INVITE
      - expect: 180
      - expect: 486
      - wait: 1 s
  bob:
    steps:
      - expect: INVITE
      - send: 180
      - send: 486
`;

type Emit = <E extends EventName<Workbench>>(event: E, payload: Payload<Workbench, E>) => void;
type ScenarioHandlers = Pick<Handlers<Workbench>, Extract<keyof Handlers<Workbench>, `scenarios.${string}`>>;

/** A workspace folder in memory, and a language of lines: one step a line, \`oops\` is an error. */
export interface FakeScenarios {
  readonly handlers: Omit<ScenarioHandlers, 'scenarios.fromDialogs'>;
  readonly files: Map<string, string>;
  readonly drafts: Map<string, { text: string; savedAtMs: number; baseRevision: string }>;
  /** Somebody else writes a file; undefined deletes it. */
  readonly writeOutside: (path: string, text: string | undefined) => void;
  /** A run goes on or ends. */
  readonly setRun: (change: Partial<ScenarioRun>) => ScenarioRun;
}

export interface FakeScenarioOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly runs?: readonly ScenarioRun[];
}

const TEMPLATES: readonly ScenarioTemplate[] = [
  {
    path: 'calls/basic.yaml',
    name: 'Basic call',
    description: 'INVITE, ringing, answer, three seconds, BYE.',
    group: 'calls',
  },
  { path: 'calls/busy.yaml', name: 'Busy', description: '486, acknowledged hop by hop.', group: 'calls' },
  {
    path: 'registration/register.yaml',
    name: 'Register and leave',
    description: 'Binds a contact, asks what is bound, removes it.',
    group: 'registration',
  },
];

const revisionOf = (text: string): string => `r${String(text.length)}-${text.slice(0, 40)}`;

/** The lines of a text that are steps. */
export function fakeOutline(text: string): ScenarioOutline {
  const steps: OutlineStep[] = [];
  const actors: ScenarioOutline['actors'][number][] = [];
  const variables: ScenarioOutline['variables'][number][] = [];
  let part = '';
  text.split('\n').forEach((line, i) => {
    const top = /^(\w+):/.exec(line)?.[1];
    if (top !== undefined) part = top;
    const named = /^ {2}(\w+): ?(.*)$/.exec(line);
    if (named?.[1] !== undefined && part === 'actors')
      actors.push({ name: named[1], transport: 'udp', line: i + 1 });
    if (named?.[1] !== undefined && part === 'variables')
      variables.push({ name: named[1], value: named[2] ?? '', line: i + 1 });
    const found = /^\s+- (\w+): (.*)$/.exec(line);
    const actor = actors.at(-1)?.name;
    if (found === null || actor === undefined) return;
    const [, kind = '', title = ''] = found;
    const at = `actors.${actor}.steps[${String(steps.filter((s) => s.actor === actor).length)}]`;
    const direction = ARROW_KINDS[kind];
    steps.push({
      at,
      id: at,
      actor,
      kind,
      title,
      line: i + 1,
      endLine: i + 1,
      depth: 0,
      dialog: 'main',
      arrows:
        direction === undefined
          ? []
          : [
              {
                direction,
                label: title,
                kind: REQUEST.test(title) ? 'request' : 'response',
                peer: actor === 'alice' ? 'bob' : 'alice',
              },
            ],
      note: '',
    });
  });
  const name = /^name: (.*)$/m.exec(text)?.[1] ?? '';
  // An actor without peers to name talks to the target.
  const known = new Set(actors.map((a) => a.name));
  const stepsTo = steps.map((s) => ({
    ...s,
    arrows: s.arrows.map((a) => ({ ...a, peer: known.has(a.peer) ? a.peer : '' })),
  }));
  return { name, description: '', actors, nodes: [], variables, steps: stepsTo };
}

export function fakeDiagnostics(text: string): ScenarioDiagnostic[] {
  return text.split('\n').flatMap((line, i) => {
    const at = line.indexOf('oops');
    return at === -1
      ? []
      : [
          {
            severity: 'error' as const,
            message: 'oops is no step. Did you mean send?',
            line: i + 1,
            column: at + 1,
            endLine: i + 1,
            endColumn: at + 5,
            path: '',
            fixes: [
              {
                title: 'Change oops to send',
                edit: {
                  line: i + 1,
                  column: at + 1,
                  endLine: i + 1,
                  endColumn: at + 5,
                  text: 'send',
                },
              },
            ],
          },
        ];
  });
}

/** Edits of whole lines: what is not about them stays. */
function fakeEdit(text: string, edit: ScenarioEdit): { text: string; line: number } {
  const lines = text.split('\n');
  const { steps } = fakeOutline(text);
  const lineOf = (at: string): number => {
    const step = steps.find((s) => s.at === at);
    if (step === undefined) throw new ContractError('bad-params', `There is no step ${at}.`);
    return step.line - 1;
  };
  switch (edit.kind) {
    case 'insert': {
      const last = steps.filter((s) => s.actor === edit.actor).at(-1)?.line ?? lines.length;
      const index = edit.before === undefined ? last : lineOf(edit.before);
      lines.splice(index, 0, `      - ${edit.yaml}`);
      return { text: lines.join('\n'), line: index + 1 };
    }
    case 'replace': {
      const index = lineOf(edit.at);
      lines[index] = `      - ${edit.yaml}`;
      return { text: lines.join('\n'), line: index + 1 };
    }
    case 'remove': {
      const index = lineOf(edit.at);
      lines.splice(index, 1);
      return { text: lines.join('\n'), line: index };
    }
    case 'move': {
      const index = lineOf(edit.at);
      const [line = ''] = lines.splice(index, 1);
      lines.splice(index + edit.by, 0, line);
      return { text: lines.join('\n'), line: index + edit.by + 1 };
    }
    case 'relocate': {
      const [from, beside] = [lineOf(edit.at), lineOf(edit.beside)];
      const [line = ''] = lines.splice(from, 1);
      const index = beside - (from < beside ? 1 : 0) + (edit.place === 'after' ? 1 : 0);
      lines.splice(index, 0, line);
      return { text: lines.join('\n'), line: index + 1 };
    }
    case 'addActor':
      return {
        text: `${text}  ${edit.name}:\n    steps:\n      - wait: 1 s\n`,
        line: lines.length + 2,
      };
  }
}

export function createFakeScenarios(emit: Emit, options: FakeScenarioOptions = {}): FakeScenarios {
  const files = new Map(Object.entries(options.files ?? { 'calls/busy.yaml': SAMPLE_SCENARIO }));
  const drafts: FakeScenarios['drafts'] = new Map();
  let runs: readonly ScenarioRun[] = options.runs ?? [];

  const fileOf = (path: string): ScenarioFile => ({
    path,
    name: fakeOutline(files.get(path) ?? '').name,
    modifiedAtMs: AT_MS,
    hasDraft: drafts.has(path),
  });
  const list = (): ScenarioFile[] => [...files.keys()].sort().map(fileOf);
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new ContractError('not-found', `There is no file ${path}.`);
    return text;
  };
  const latest = (): ScenarioRun => {
    const [run] = runs;
    if (run === undefined) throw new ContractError('not-found', 'There is no such run.');
    return run;
  };
  const setRun = (change: Partial<ScenarioRun>): ScenarioRun => {
    const run = { ...latest(), ...change };
    runs = [run, ...runs.slice(1)];
    emit('scenarios.ran', run);
    return run;
  };
  const write = (path: string, text: string): { revision: string } => {
    files.set(path, text);
    drafts.delete(path);
    emit('scenarios.changed', { files: list() });
    return { revision: revisionOf(text) };
  };

  return {
    files,
    drafts,
    setRun,
    writeOutside: (path, text) => {
      if (text === undefined) files.delete(path);
      else files.set(path, text);
      emit('scenarios.changed', { files: list() });
      emit('scenarios.fileChanged', { path, revision: text === undefined ? '' : revisionOf(text) });
    },
    handlers: {
      'scenarios.list': () => ({ folder: '/home/me/scenarios', files: list(), templates: [...TEMPLATES] }),
      'scenarios.read': ({ path }) => {
        const text = read(path);
        const draft = drafts.get(path);
        return { path, text, revision: revisionOf(text), ...(draft === undefined ? {} : { draft }) };
      },
      'scenarios.template': () => ({ text: SAMPLE_SCENARIO }),
      'scenarios.save': ({ path, text, baseRevision }) => {
        const now = files.get(path);
        if (baseRevision !== undefined && (now === undefined || revisionOf(now) !== baseRevision))
          throw new ContractError(
            'conflict',
            `${path} has changed on the disk.`,
            now === undefined ? {} : { text: now, revision: revisionOf(now) },
          );
        return write(path, text);
      },
      'scenarios.create': ({ path, text }) => {
        if (files.has(path)) throw new ContractError('conflict', `There is a file ${path} already.`);
        write(path, text);
        return fileOf(path);
      },
      'scenarios.rename': ({ path, to }) => {
        const text = read(path);
        files.delete(path);
        write(to, text);
        return fileOf(to);
      },
      'scenarios.delete': ({ path }) => {
        read(path);
        files.delete(path);
        emit('scenarios.changed', { files: list() });
        return {};
      },
      'scenarios.keepDraft': ({ path, text, baseRevision }) => {
        drafts.set(path, { text, baseRevision, savedAtMs: AT_MS });
        return {};
      },
      'scenarios.dropDraft': ({ path }) => {
        drafts.delete(path);
        return {};
      },
      'scenarios.check': ({ text }) => ({
        diagnostics: fakeDiagnostics(text),
        ...(text.includes('unreadable') ? {} : { outline: fakeOutline(text) }),
        ...(text.includes('datasets:') ? { rows: 3 } : {}),
      }),
      'scenarios.complete': ({ column }) => ({
        items: [
          {
            label: 'expect',
            insertText: 'expect: ${1:180}',
            detail: 'Waits for a message',
            documentation: 'Waits for a message; anything else fails the scenario.',
            kind: 'snippet',
            replace: { startColumn: column, endColumn: column },
          },
        ],
      }),
      'scenarios.hover': () => ({ markdown: '**expect** waits for a message' }),
      'scenarios.edit': ({ text, edit }) => fakeEdit(text, edit),
      'scenarios.toSippXml': () => ({
        xml: '<?xml version="1.0"?>\n<scenario name="Busy">\n</scenario>\n',
        warnings: [],
      }),
      'scenarios.importSipp': ({ fileName }) => ({
        yaml: SAMPLE_SCENARIO,
        diagnostics: [],
        suggestedPath: `imported/${fileName.replace(/\.xml$/, '')}.yaml`,
      }),
      'scenarios.run': ({ path, text, debug, allRows }) => {
        const [problem] = fakeDiagnostics(text);
        if (problem !== undefined)
          throw new ContractError('invalid-config', problem.message, { diagnostics: [problem] });
        const outline = fakeOutline(text);
        const run: ScenarioRun = {
          id: `run-${String(runs.length + 1)}`,
          path,
          name: outline.name,
          startedAtMs: AT_MS,
          state: debug ? 'paused' : 'running',
          paused: debug
            ? outline.actors.flatMap(({ name }) => {
                const step = outline.steps.find((s) => s.actor === name);
                return step === undefined ? [] : [{ actor: name, stepId: step.id, line: step.line }];
              })
            : [],
          steps: [],
          messages: [],
          variables: { target: 'sip:bob@127.0.0.1:5060' },
          dialogs: [],
          ...(allRows === true && { series: { total: 3, rows: [], kept: [1], shown: 1 } }),
        };
        runs = [run, ...runs];
        emit('scenarios.ran', run);
        return run;
      },
      'scenarios.stop': () =>
        setRun({ state: 'ended', paused: [], verdict: { outcome: 'stopped', tookMs: 120 } }),
      'scenarios.step': () => setRun({}),
      'scenarios.continue': () => setRun({ state: 'running', paused: [] }),
      'scenarios.runs': () => ({ runs: [...runs] }),
      'scenarios.readRun': ({ row }) => {
        const { series, ...run } = latest();
        return series === undefined || row === undefined
          ? latest()
          : { ...run, series: { ...series, shown: row } };
      },
    },
  };
}
