import type { ReactNode } from 'react';
import type { ScenarioTemplate } from '../../../app/contract/scenarios.ts';
import { Icon } from '../../ui/icon.tsx';

/** Words for the folders of the shipped library. */
const GROUPS: Readonly<Record<string, string>> = {
  calls: 'Calls',
  midcall: 'During a call',
  registration: 'Registration and authentication',
  messages: 'Messages',
  events: 'Subscriptions',
  options: 'OPTIONS',
  proxy: 'Through a proxy',
  nodes: 'Servers of their own',
  failures: 'Failures',
  malformed: 'Malformed messages',
};

const nameOfGroup = (group: string): string =>
  GROUPS[group] ?? `${group.charAt(0).toUpperCase()}${group.slice(1)}`;

/** Those that people begin with come first. */
export function groupsOf(
  templates: readonly ScenarioTemplate[],
): readonly (readonly [group: string, templates: readonly ScenarioTemplate[]])[] {
  const order = Object.keys(GROUPS);
  const groups = new Map<string, ScenarioTemplate[]>();
  for (const template of templates)
    groups.set(template.group, [...(groups.get(template.group) ?? []), template]);
  const place = (group: string): number => {
    const at = order.indexOf(group);
    return at === -1 ? order.length : at;
  };
  return [...groups].sort(([a], [b]) => place(a) - place(b));
}

/** Cards of the shipped scenarios, by what they are about. */
export function TemplateList(props: {
  readonly templates: readonly ScenarioTemplate[];
  readonly onChoose: (template: ScenarioTemplate) => void;
  readonly chosen?: string | undefined;
}): ReactNode {
  return groupsOf(props.templates).map(([group, templates]) => (
    <section key={group} className="sctemplates" aria-label={nameOfGroup(group)}>
      <h3 className="cap">{nameOfGroup(group)}</h3>
      <div className="sccards">
        {templates.map((template) => (
          <button
            key={template.path}
            type="button"
            className="sccard"
            aria-pressed={props.chosen === undefined ? undefined : props.chosen === template.path}
            onClick={() => {
              props.onChoose(template);
            }}
          >
            <Icon name="scenarios" size="s" />
            <span className="grow">
              <span className="semi">{template.name}</span>
              <span className="mid">{template.description}</span>
            </span>
          </button>
        ))}
      </div>
    </section>
  ));
}
