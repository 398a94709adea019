import type { CSSProperties, ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { statusIcon, visibleString } from '../wire/index.ts';
import './arrow-label.css';
import './flow-arrow.css';

export interface FlowArrowProps {
  /** Places of the lanes, as fractions of the width: nothing is measured. */
  readonly from: number;
  readonly to: number;
  /** `INVITE`, `200 OK`: the first word is what counts. */
  readonly label: string;
  readonly isResponse: boolean;
  readonly hasSdp: boolean;
  /** Its colour class. */
  readonly tone: string;
}

/** The arrow of a message between two lanes, in a row of its own. */
export function FlowArrow({ from, to, label, isResponse, hasSdp, tone }: FlowArrowProps): ReactNode {
  const [strong = '', ...rest] = label.split(' ');
  const status = Number(/^\d{3}$/.exec(strong)?.[0] ?? Number.NaN);
  const style = { '--f': Math.min(from, to), '--w': Math.abs(to - from) } as CSSProperties;
  return (
    <span
      className={classNames('scarrow', tone, to < from && 'rev', isResponse && 'resp', from === to && 'loop')}
      style={style}
    >
      <svg className="ln">
        <line
          x1="0"
          x2="100%"
          y1="5.75"
          y2="5.75"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray={isResponse ? '5 3.5' : undefined}
        />
      </svg>
      <svg className="hd" viewBox="0 0 9 12">
        <path d={isResponse ? 'M2 1.75 7.5 6 2 10.25' : 'M0 1.5 9 6 0 10.5z'} />
      </svg>
      <span className="lb">
        <span>
          {!Number.isNaN(status) && <Icon name={statusIcon(status)} size="xs" className="tc" />}
          <b>{visibleString(strong)}</b>
          {rest.length > 0 && <bdi className="rs">{visibleString(rest.join(' '))}</bdi>}
          {hasSdp && <span className="sdp">SDP</span>}
        </span>
      </span>
    </span>
  );
}
