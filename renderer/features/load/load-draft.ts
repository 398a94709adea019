import type { LoadPlan, LoadProfile } from '../../../app/contract/load.ts';
import { isThisMachine, targetHost } from '../../../app/contract/load-target.ts';

/*
 * The form of a load run: what a person typed, and the plan that it makes.
 */

export type Shape = LoadProfile['shape'];

/** Every number of the form, as it was typed. */
export interface NumberField {
  readonly label: string;
  readonly unit: string;
  /** What stands there before anybody types. */
  readonly preset: string;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
  /** May be left empty, which means no limit. */
  readonly isOptional?: boolean;
}

const MAX_RATE = 20_000;
const MAX_SEC = 604_800;
const rate = (label: string, preset: string, min = 0.01): NumberField => ({
  label,
  unit: 'cps',
  preset,
  min,
  max: MAX_RATE,
});
const seconds = (label: string, preset: string): NumberField => ({
  label,
  unit: 's',
  preset,
  min: 0.1,
  max: MAX_SEC,
});

export const FIELDS = {
  'constant.ratePerSec': rate('Rate', '10'),
  'ramp.fromPerSec': rate('Start', '0', 0),
  'ramp.toPerSec': rate('Up to', '100'),
  'ramp.rampSec': seconds('Ramp', '30'),
  'steps.startPerSec': rate('Start', '10'),
  'steps.stepPerSec': rate('Step', '10'),
  'steps.everySec': seconds('Every', '10'),
  'steps.maxPerSec': rate('Highest', '100'),
  'spike.basePerSec': rate('Base', '10', 0),
  'spike.peakPerSec': rate('Peak', '100'),
  'spike.everySec': seconds('Every', '30'),
  'spike.forSec': seconds('Lasts', '5'),
  'users.users': { label: 'Users', unit: 'users', preset: '20', min: 1, max: 10_000, isWhole: true },
  durationSec: { ...seconds('Duration', '60'), isOptional: true },
  maxCalls: {
    label: 'Calls',
    unit: 'in all',
    preset: '',
    min: 1,
    max: 1e9,
    isWhole: true,
    isOptional: true,
  },
  maxConcurrent: { label: 'At once', unit: 'calls', preset: '1000', min: 1, max: 100_000, isWhole: true },
  workers: { label: 'Threads', unit: 'threads', preset: '1', min: 1, max: 16, isWhole: true },
  successBelowPercent: { label: 'Success under', unit: '%', preset: '90', min: 0, max: 100 },
  p95SetupAboveMs: { label: 'p95 setup over', unit: 'ms', preset: '1000', min: 1, max: 600_000 },
} as const satisfies Record<string, NumberField>;

export type FieldId = keyof typeof FIELDS;

export const FIELD_IDS = Object.keys(FIELDS) as FieldId[];

/** The numbers of each shape, in the order of the form. */
export const SHAPES: readonly {
  readonly id: Shape;
  readonly label: string;
  readonly fields: readonly FieldId[];
}[] = [
  { id: 'constant', label: 'Flat', fields: ['constant.ratePerSec'] },
  { id: 'ramp', label: 'Ramp', fields: ['ramp.fromPerSec', 'ramp.toPerSec', 'ramp.rampSec'] },
  {
    id: 'steps',
    label: 'Steps',
    fields: ['steps.startPerSec', 'steps.stepPerSec', 'steps.everySec', 'steps.maxPerSec'],
  },
  {
    id: 'spike',
    label: 'Spike',
    fields: ['spike.basePerSec', 'spike.peakPerSec', 'spike.everySec', 'spike.forSec'],
  },
  { id: 'users', label: 'Users', fields: ['users.users'] },
];

export const LIMITS: readonly FieldId[] = ['durationSec', 'maxCalls', 'maxConcurrent', 'workers'];

export interface LoadDraft {
  /** See scenario-sources.ts; empty until somebody chooses. */
  readonly scenario: string;
  readonly shape: Shape;
  readonly numbers: Readonly<Record<FieldId, string>>;
  readonly stopsOnSuccess: boolean;
  readonly stopsOnSetup: boolean;
  readonly target: string;
  /** `NAME=VALUE`, one a line. */
  readonly variables: string;
}

export const PRESET: LoadDraft = {
  scenario: '',
  shape: 'constant',
  numbers: Object.fromEntries(FIELD_IDS.map((id) => [id, FIELDS[id].preset])) as Record<FieldId, string>,
  stopsOnSuccess: true,
  stopsOnSetup: false,
  target: 'sip:bob@127.0.0.1:5060',
  variables: '',
};

/** What is wrong with a number, in a sentence. */
export function numberProblem(id: FieldId, text: string): string | undefined {
  const { min, max, isWhole = false, isOptional = false, label }: NumberField = FIELDS[id];
  const plain = withoutGaps(text);
  if (plain === '') return isOptional ? undefined : `${label} is missing.`;
  const value = Number(plain);
  if (!Number.isFinite(value)) return `${label} has to be a number.`;
  if (isWhole && !Number.isInteger(value)) return `${label} has to be a whole number.`;
  if (value < min || value > max) return `${label} has to be from ${min} to ${max}.`;
  return undefined;
}

/** People write `10 000`. */
const withoutGaps = (text: string): string => text.replace(/[\s\u202f_]/g, '');

/** The host of a target that is off this machine, so that a person has to say it may be loaded. */
export function strangeHost(target: string): string | undefined {
  const host = targetHost(target);
  return host === undefined || isThisMachine(host) ? undefined : host;
}

export type Problems = Readonly<Partial<Record<FieldId | 'target' | 'variables', string>>>;

/** The numbers that count for this draft. */
const shownFields = (draft: LoadDraft): readonly FieldId[] => [
  ...(SHAPES.find(({ id }) => id === draft.shape)?.fields ?? []),
  ...LIMITS,
  ...(draft.stopsOnSuccess ? (['successBelowPercent'] as const) : []),
  ...(draft.stopsOnSetup ? (['p95SetupAboveMs'] as const) : []),
];

/** What is wrong, by field; empty when the run can start. */
export function problemsOf(draft: LoadDraft): Problems {
  const problems: Partial<Record<FieldId | 'target' | 'variables', string>> = {};
  for (const id of shownFields(draft)) {
    const problem = numberProblem(id, draft.numbers[id]);
    if (problem !== undefined) problems[id] = problem;
  }
  const number = (id: FieldId): number => Number(withoutGaps(draft.numbers[id]));
  if (draft.shape === 'steps' && number('steps.maxPerSec') < number('steps.startPerSec'))
    problems['steps.maxPerSec'] ??= 'Highest is below Start.';
  if (draft.shape === 'spike' && number('spike.forSec') >= number('spike.everySec'))
    problems['spike.forSec'] ??= 'A peak has to be shorter than the time from one to the next.';
  // Empty where a node of the scenario is called.
  if (draft.target.trim() !== '' && targetHost(draft.target) === undefined)
    problems.target = 'The target has to be a SIP URI, such as sip:bob@127.0.0.1:5060.';
  const line = draft.variables.split('\n').find((one) => one.trim() !== '' && !ASSIGNMENT.test(one.trim()));
  if (line !== undefined) problems.variables = `${line.trim()}: expected NAME=VALUE.`;
  return problems;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/;

export function variablesOf({ variables }: LoadDraft): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables.split('\n').flatMap((line) => {
      const [, name, value] = ASSIGNMENT.exec(line.trim()) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** The curve of a draft without problems; of others the numbers that are none count as their presets. */
export function profileOf(draft: LoadDraft): LoadProfile {
  const number = (id: FieldId): number =>
    Number(
      withoutGaps(numberProblem(id, draft.numbers[id]) === undefined ? draft.numbers[id] : FIELDS[id].preset),
    );
  switch (draft.shape) {
    case 'constant':
      return { shape: 'constant', ratePerSec: number('constant.ratePerSec') };
    case 'ramp':
      return {
        shape: 'ramp',
        fromPerSec: number('ramp.fromPerSec'),
        toPerSec: number('ramp.toPerSec'),
        rampSec: number('ramp.rampSec'),
      };
    case 'steps':
      return {
        shape: 'steps',
        startPerSec: number('steps.startPerSec'),
        stepPerSec: number('steps.stepPerSec'),
        everySec: number('steps.everySec'),
        maxPerSec: number('steps.maxPerSec'),
      };
    case 'spike':
      return {
        shape: 'spike',
        basePerSec: number('spike.basePerSec'),
        peakPerSec: number('spike.peakPerSec'),
        everySec: number('spike.everySec'),
        forSec: number('spike.forSec'),
      };
    case 'users':
      return { shape: 'users', users: number('users.users') };
  }
}

/** An optional number; undefined when there is none, or something else. */
function optional(draft: LoadDraft, id: FieldId): number | undefined {
  const text = withoutGaps(draft.numbers[id]);
  return text === '' || numberProblem(id, text) !== undefined ? undefined : Number(text);
}

/** How long the run is to last; undefined is without end. */
export const secondsOf = (draft: LoadDraft): number | undefined => optional(draft, 'durationSec');

/** The plan of a draft without problems. */
export function planOf(draft: LoadDraft): LoadPlan {
  const number = (id: FieldId): number => Number(withoutGaps(draft.numbers[id]));
  const maxCalls = optional(draft, 'maxCalls');
  const durationSec = secondsOf(draft);
  return {
    profile: profileOf(draft),
    limits: {
      ...(maxCalls === undefined ? {} : { maxCalls }),
      ...(durationSec === undefined ? {} : { durationSec }),
      maxConcurrent: number('maxConcurrent'),
    },
    stopWhen: {
      ...(draft.stopsOnSuccess ? { successBelowPercent: number('successBelowPercent') } : {}),
      ...(draft.stopsOnSetup ? { p95SetupAboveMs: number('p95SetupAboveMs') } : {}),
    },
    workers: number('workers'),
  };
}

/** What an older version kept may lack fields: then the presets stand in. */
export const isDraft = (value: unknown): value is LoadDraft => {
  if (typeof value !== 'object' || value === null) return false;
  const { scenario, shape, numbers, target, variables, stopsOnSuccess, stopsOnSetup } =
    value as Partial<LoadDraft>;
  return (
    SHAPES.some(({ id }) => id === shape) &&
    typeof numbers === 'object' &&
    FIELD_IDS.every((id) => typeof numbers[id] === 'string') &&
    [scenario, target, variables].every((text) => typeof text === 'string') &&
    [stopsOnSuccess, stopsOnSetup].every((flag) => typeof flag === 'boolean')
  );
};
