import type { ReactNode } from 'react';
import type { Inspection } from '../../../app/contract/traffic.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { visibleString } from '../wire/index.ts';
import type { ByteRange } from './byte-lines.ts';

type Finding = Inspection['findings'][number];

const LOOKS: Readonly<Record<Finding['severity'], { readonly icon: IconName; readonly tone: string }>> = {
  error: { icon: 'error', tone: 'err' },
  warning: { icon: 'warning', tone: 'warn' },
  info: { icon: 'info', tone: 'acc' },
};

export interface FindingsViewProps {
  readonly findings: readonly Finding[];
  readonly onPick: (range: ByteRange) => void;
}

/** What is wrong with the octets, by which rule; each leads to the octets it means. */
export function FindingsView({ findings, onPick }: FindingsViewProps): ReactNode {
  return (
    <ul className="scroll findings" aria-label="Findings">
      {findings.map((finding, i) => (
        <li key={i}>
          <button
            type="button"
            onClick={() => {
              onPick({ start: finding.start, end: Math.max(finding.end, finding.start + 1) });
            }}
          >
            <Icon name={LOOKS[finding.severity].icon} size="s" className={LOOKS[finding.severity].tone} />
            <span className="grow">
              <span>{visibleString(finding.message)}</span>
              <span className="dim meta">
                {finding.rfc} · octets {finding.start}–{finding.end}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
