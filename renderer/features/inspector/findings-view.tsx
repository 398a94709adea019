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
  /** The octets that are lit. */
  readonly range: ByteRange | undefined;
  readonly onPick: (range: ByteRange) => void;
}

/** The rule, where it stands, and whose mistake it is. */
function describe({ code, rfc, advice, by }: Finding): readonly string[] {
  // What has advice is a rule, and known by its id; the others are defects of the octets, whose codes are for programs.
  const rule = advice === undefined ? [] : [`rule ${code}`];
  const who = by === undefined ? [] : [by === 'local' ? 'by our server' : 'by its peer'];
  return [...rule, rfc, ...who];
}

function isSame(a: ByteRange, b: ByteRange | undefined): boolean {
  return a.start === b?.start && a.end === b.end;
}

/** As the raw view counts them: from the first to the last. */
function bytesOf({ start, end }: Finding): string {
  return `bytes ${String(start)}–${String(Math.max(start, end - 1))}`;
}

/** Its octets, or the one where something is missing. */
function rangeOf({ start, end }: Finding): ByteRange {
  return { start, end: Math.max(end, start + 1) };
}

/** What is wrong, by which rule, and what to do about it; each leads to the octets it means. */
export function FindingsView({ findings, range, onPick }: FindingsViewProps): ReactNode {
  return (
    <ul className="scroll findings" aria-label="Findings">
      {findings.map((finding, i) => (
        <li key={i}>
          <button
            type="button"
            aria-current={isSame(rangeOf(finding), range)}
            onClick={() => {
              onPick(rangeOf(finding));
            }}
          >
            <Icon name={LOOKS[finding.severity].icon} size="s" className={LOOKS[finding.severity].tone} />
            <span className="grow">
              <span>{visibleString(finding.message)}</span>
              {finding.advice !== undefined && (
                <span className="dim advice">{visibleString(finding.advice)}</span>
              )}
              <span className="dim meta">{[...describe(finding), bytesOf(finding)].join(' · ')}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
