import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import './pane.css';

export interface TabItem {
  readonly id: string;
  readonly label: string;
  /** A number beside the label, as it is to be read. */
  readonly count?: number | string | undefined;
  readonly content: ReactNode;
  /** Its panel stays rendered while another one is shown. */
  readonly isKept?: boolean;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly TabItem[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** What the tabs are of, before them. */
  readonly lead?: ReactNode;
  /** Actions at the end of the row of tabs. */
  readonly actions?: ReactNode;
}

/** Tabs in a pane head, one panel shown at a time; hidden panels are not rendered unless they are kept. */
export function Tabs({ label, tabs, value, onChange, lead, actions }: TabsProps): ReactNode {
  return (
    <Radix.Root className="col grow" value={value} onValueChange={onChange}>
      <div className="ph">
        {lead}
        <Radix.List className="tabs" aria-label={label}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.id} className="tab" value={tab.id}>
              {tab.label}
              {tab.count !== undefined && <span className="n">{tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        <span className="grow" />
        {actions}
      </div>
      {tabs.map((tab) => (
        <Radix.Content
          key={tab.id}
          className="tabpanel"
          value={tab.id}
          forceMount={tab.isKept === true ? true : undefined}
        >
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
