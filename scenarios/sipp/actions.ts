import type { Find } from '../schema/matcher.ts';
import { type ImportContext, type Step, warnOfAttributes } from './context.ts';
import { contentFinds, isContentRegexp } from './contents.ts';
import { withVariables } from './keywords.ts';
import { fromPosix } from './regexp.ts';
import type { Element } from './xml.ts';

/** What the actions of a step come to: what is looked for in the message, and steps after it. */
export interface Actions {
  readonly finds: readonly Find[];
  readonly steps: readonly Step[];
}

const ARITHMETIC: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/' };
const COMPARISONS: Readonly<Record<string, string>> = {
  equal: '==',
  not_equal: '!=',
  greater_than: '>',
  less_than: '<',
  greater_than_equal: '>=',
  less_than_equal: '<=',
};

/** Reads the `action` elements inside of a recv or a nop. */
export function actionsOf(element: Element, context: ImportContext): Actions {
  const finds: Find[] = [];
  const steps: Step[] = [];
  for (const child of element.children) {
    if (child.name !== 'action') {
      context.warn(child.place, `${child.name} inside of ${element.name} is not supported: it is left out`);
      continue;
    }
    for (const action of child.children) {
      if (action.name === 'ereg') {
        finds.push(...eregOf(action, element.name === 'recv', context));
      } else steps.push(...stepsOf(action, context));
    }
  }
  return { finds, steps };
}

function eregOf(element: Element, hasMessage: boolean, context: ImportContext): readonly Find[] {
  const { attributes, place } = element;
  const known = ['regexp', 'search_in', 'header', 'case_indep', 'check_it', 'check_it_inverse', 'assign_to'];
  warnOfAttributes(element, known, context);
  const { regexp = '', search_in: where = 'msg', assign_to: assigned = '', header = '' } = attributes;
  const names = assigned
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => context.variable(name));
  const places: Readonly<Record<string, string>> = {
    msg: 'message',
    body: 'body',
    hdr: header.trim().replace(/:$/, ''),
  };
  const place_ = places[where];
  if (!hasMessage || place_ === undefined || place_ === '') {
    context.warn(place, `ereg can look only into the message that came, not into ${where}: it is left out`);
    return [];
  }
  const [content] = names;
  if (isContentRegexp(element) && content !== undefined) return contentFinds(content, context);
  const matches = fromPosix(regexp, names);
  if (matches === undefined) {
    context.warn(place, `the regular expression ${regexp} cannot be read: it is left out`);
    return [];
  }
  const find: Find = {
    in: place_,
    matches,
    ...(attributes['check_it'] === 'true' && { found: true }),
    ...(attributes['check_it_inverse'] === 'true' && { found: false }),
    ...(attributes['case_indep'] === 'true' && { ignoreCase: true }),
  };
  return [find];
}

const number = (name: string): string => `double(string(${name}))`;

function stepsOf(element: Element, context: ImportContext): readonly Step[] {
  const { name, attributes, place } = element;
  const text = (key: string): string => withVariables(attributes[key] ?? '', place, context);
  const variable = (key: string): string => context.variable(attributes[key] ?? '');
  const assigned = (): string => variable('assign_to');
  const known = (...keys: string[]): void => warnOfAttributes(element, keys, context);
  /** Of `value` or `variable`. */
  const operand = (): string =>
    attributes['variable'] === undefined
      ? String(Number(attributes['value'] ?? 0)).replace(/^(-?\d+)$/, '$1.0')
      : number(variable('variable'));
  switch (name) {
    case 'log':
    case 'warning':
      known('message');
      return [{ log: text('message') }];
    case 'error':
      known('message');
      return [{ log: text('message') }, { check: 'false' }];
    case 'assign':
    case 'assignstr':
      known('assign_to', 'value');
      return [{ set: { [assigned()]: text('value') } }];
    case 'todouble':
      known('assign_to', 'variable');
      return [{ set: { [assigned()]: `\${${number(variable('variable'))}}` } }];
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'divide': {
      known('assign_to', 'value', 'variable');
      const to = assigned();
      return [{ set: { [to]: `\${${number(to)} ${ARITHMETIC[name] ?? '+'} ${operand()}}` } }];
    }
    case 'test': {
      known('assign_to', 'variable', 'compare', 'value', 'variable2');
      const { variable2, compare = '', value = '0' } = attributes;
      const sign = COMPARISONS[compare];
      if (sign === undefined) break;
      const right =
        variable2 === undefined
          ? String(Number(value)).replace(/^(-?\d+)$/, '$1.0')
          : number(context.variable(variable2));
      return ifElse(`${number(variable('variable'))} ${sign} ${right}`, assigned(), ['true', '']);
    }
    case 'strcmp': {
      known('assign_to', 'variable', 'value');
      const value = JSON.stringify(attributes['value'] ?? '');
      context.warn(place, 'strcmp gives 0 when the texts are equal and 1 when they are not, never -1');
      return ifElse(`string(${variable('variable')}) == ${value}`, assigned(), ['0', '1']);
    }
    case 'exec':
      return exec(element, context);
    default:
  }
  context.warn(place, `the action ${name} is not supported: it is left out`);
  return [];
}

const ifElse = (expression: string, name: string, [yes, no]: readonly [string, string]): readonly Step[] => [
  { if: expression, then: [{ set: { [name]: yes } }], else: [{ set: { [name]: no } }] },
];

function exec({ attributes, place }: Element, context: ImportContext): readonly Step[] {
  for (const key of Object.keys(attributes))
    context.warn(
      place,
      key === 'command'
        ? 'exec command is never imported: a scenario runs no programs'
        : `exec ${key} is not supported: it is left out`,
    );
  return [];
}
