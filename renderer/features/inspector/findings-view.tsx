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

/** The rule, where it stands, and whose mistake it is. */
function describe({ code, rfc, advice, by }: Finding): readonly string[] {
  // What has advice is a rule, and known by its id; the others are defects of the octets, whose codes are for programs.
  const rule = advice === undefined ? [] : [`rule ${code}`];
  const who = by === undefined ? [] : [by === 'local' ? 'by our server' : 'by its peer'];
  return [...rule, rfc, ...who];
}

/** What is wrong, by which rule, and what to do about it; each leads to the octets it means. */
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
              {finding.advice !== undefined && (
                <span className="dim advice">{visibleString(finding.advice)}</span>
              )}
              <span className="dim meta">
                {[...describe(finding), `octets ${String(finding.start)}–${String(finding.end)}`].join(' · ')}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
