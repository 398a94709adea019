import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Dials } from '../../../../app/contract/dials.ts';
import { FaultRow, FRESH_FAULT } from '../form/fault-row.tsx';
import { FRESH_OVERRIDE, OverrideRow } from '../form/override-row.tsx';
import { ArmedList } from './armed-list.tsx';
import { describeFault, describeOverride } from './describe-armed.tsx';
import type { DialsStore } from './dials-store.ts';

/** Responses and faults on purpose. */
export function Armings({ store, dials }: { readonly store: DialsStore; readonly dials: Dials }): ReactNode {
  const pending = useStore(store, (s) => s.pending);
  const refused = useStore(store, (s) => s.refused);
  const { turn } = store.getState();
  const isDone = (armed: Dials['overrides']): boolean => armed.some((a) => a.left === 0);
  /** What is used up is taken away first: then the same may be armed anew. */
  const arm = async (key: 'override' | 'fault', armed: Dials['overrides'], specs: readonly string[]) => {
    if (isDone(armed)) await turn({ [key]: armed.filter((a) => a.left !== 0).map((a) => a.spec) });
    await turn({ [key]: [...specs] });
  };
  return (
    <>
      <ArmedList
        title="Override the next response"
        noun="override"
        hint="Sent in place of what the server would answer; with several, the first that fits decides."
        armed={dials.overrides}
        isPending={'override' in pending}
        refused={refused['override']}
        fresh={FRESH_OVERRIDE}
        row={(entry) => <OverrideRow {...entry} />}
        describe={describeOverride}
        onChange={(specs) => void arm('override', dials.overrides, specs)}
      />
      <ArmedList
        title="Break on purpose"
        noun="fault"
        hint="Strikes where messages cross the network: peers retransmit, time out or complain."
        armed={dials.faults}
        isPending={'fault' in pending}
        refused={refused['fault']}
        fresh={FRESH_FAULT}
        row={(entry) => <FaultRow {...entry} />}
        describe={describeFault}
        onChange={(specs) => void arm('fault', dials.faults, specs)}
      />
    </>
  );
}
