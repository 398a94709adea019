import type { ReactNode } from 'react';
import type { DialogSummary } from '../../../app/contract/traffic.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import {
  cutMiddle,
  dialogLook,
  formatCount,
  formatDuration,
  formatTimeOfDay,
  methodClass,
  partiesOf,
  statusClass,
  tooltipText,
  visibleString,
} from '../wire/index.ts';
import type { DialogSort } from './dialog-list-store.ts';

export type SortKey = DialogSort['by'];

/** A column of the dialog list. */
export interface DialogColumn {
  readonly id: string;
  /** In the head; the state column has none, only a name. */
  readonly head: string;
  readonly name: string;
  /** Piece of the grid until a person sets a width. */
  readonly track: string;
  readonly sortBy: SortKey;
  readonly isNumber?: boolean;
  readonly cell: (dialog: DialogSummary) => ReactNode;
}

const text = (value: string, className?: string): ReactNode => (
  <bdi className={className} title={value.length > 12 ? tooltipText(value) : undefined}>
    {visibleString(value)}
  </bdi>
);

const address = (value: string): ReactNode => (
  <span className="mono" dir="ltr">
    {value}
  </span>
);

const optional = (durationMs: number | undefined): ReactNode =>
  durationMs === undefined ? <span className="dim">–</span> : formatDuration(durationMs);

const result = (dialog: DialogSummary, hasReason: boolean): ReactNode => {
  if (dialog.result === undefined) return <span className="dim">–</span>;
  const { status, reason } = dialog.result;
  return (
    <span className={statusClass(status)} title={hasReason ? tooltipText(reason) : undefined}>
      <span className="code">{status}</span>
      {hasReason && <bdi className="mid"> {visibleString(reason)}</bdi>}
    </span>
  );
};

function StateIcon({ dialog }: { readonly dialog: DialogSummary }): ReactNode {
  const look = dialogLook(dialog);
  return (
    <span className={classNames('st', look.listTone)} title={look.label}>
      <Icon name={look.icon} size="s" />
    </span>
  );
}

/** That a dialog was not recorded here but came with a capture file. */
function FromFile({ dialog }: { readonly dialog: DialogSummary }): ReactNode {
  if (dialog.capture === undefined) return undefined;
  return (
    <span className="fromfile" title={`From ${tooltipText(dialog.capture)}`}>
      <Icon name="file" size="xs" />
    </span>
  );
}

function Parties({ dialog }: { readonly dialog: DialogSummary }): ReactNode {
  const { from, to } = partiesOf(dialog);
  return (
    <span className="el">
      <FromFile dialog={dialog} />
      {text(from)} <span className="dim">→</span> {text(to)}
    </span>
  );
}

export const DIALOG_LIST_COLUMNS: readonly DialogColumn[] = [
  {
    id: 'id',
    head: '#',
    name: 'Number',
    track: 'minmax(31px, max-content)',
    sortBy: 'id',
    isNumber: true,
    cell: (dialog) => <span className="dim">{dialog.id}</span>,
  },
  {
    id: 'state',
    head: '',
    name: 'State',
    track: '16px',
    sortBy: 'state',
    cell: (dialog) => <StateIcon dialog={dialog} />,
  },
  {
    id: 'startedAtMs',
    head: 'Time',
    name: 'Time',
    track: '55px',
    sortBy: 'startedAtMs',
    cell: (dialog) => <span className="mid">{formatTimeOfDay(dialog.startedAtMs)}</span>,
  },
  {
    id: 'method',
    head: 'Method',
    name: 'Method',
    track: '76px',
    sortBy: 'method',
    cell: (dialog) =>
      dialog.method === '' ? (
        <span className="dim">none</span>
      ) : (
        <span className={classNames('mname', methodClass(dialog.method))}>
          {visibleString(dialog.method)}
        </span>
      ),
  },
  {
    id: 'parties',
    head: 'From → To',
    name: 'From and to in one',
    track: 'minmax(0, 1fr)',
    sortBy: 'fromUser',
    cell: (dialog) => <Parties dialog={dialog} />,
  },
  {
    id: 'fromUser',
    head: 'From',
    name: 'From user',
    track: 'minmax(40px, 1fr)',
    sortBy: 'fromUser',
    cell: (dialog) => (
      <span className="el">
        <FromFile dialog={dialog} />
        {text(partiesOf(dialog).from)}
      </span>
    ),
  },
  {
    id: 'toUser',
    head: 'To',
    name: 'To user',
    track: 'minmax(40px, 1.1fr)',
    sortBy: 'toUser',
    cell: (dialog) => text(partiesOf(dialog).to, 'mid'),
  },
  {
    id: 'source',
    head: 'Source',
    name: 'Source address',
    track: 'minmax(108px, 0.8fr)',
    sortBy: 'source',
    cell: (dialog) => address(dialog.source),
  },
  {
    id: 'destination',
    head: 'Destination',
    name: 'Destination address',
    track: 'minmax(108px, 0.8fr)',
    sortBy: 'destination',
    cell: (dialog) => address(dialog.destination),
  },
  {
    id: 'protocol',
    head: 'Transport',
    name: 'Transport',
    track: '56px',
    sortBy: 'protocol',
    cell: (dialog) => dialog.protocol.toUpperCase(),
  },
  {
    id: 'messages',
    head: 'Msgs',
    name: 'Messages',
    track: '40px',
    sortBy: 'messages',
    isNumber: true,
    cell: (dialog) => formatCount(dialog.messages),
  },
  {
    id: 'retransmissions',
    head: 'Again',
    name: 'Retransmissions',
    track: '42px',
    sortBy: 'retransmissions',
    isNumber: true,
    cell: (dialog) =>
      dialog.retransmissions === 0 ? <span className="dim">0</span> : formatCount(dialog.retransmissions),
  },
  {
    id: 'setupMs',
    head: 'Setup',
    name: 'Setup time',
    track: '56px',
    sortBy: 'setupMs',
    isNumber: true,
    cell: (dialog) => optional(dialog.setupMs),
  },
  {
    id: 'durationMs',
    head: 'Duration',
    name: 'Duration',
    track: '58px',
    sortBy: 'durationMs',
    isNumber: true,
    cell: (dialog) => optional(dialog.durationMs),
  },
  {
    id: 'callId',
    head: 'Call-ID',
    name: 'Call-ID',
    track: 'minmax(120px, 1fr)',
    sortBy: 'callId',
    cell: (dialog) => (
      <bdi className="mono" title={tooltipText(dialog.callId)}>
        {visibleString(cutMiddle(dialog.callId, 40))}
      </bdi>
    ),
  },
  {
    id: 'result',
    head: 'Result',
    name: 'Result',
    track: 'minmax(66px, 1.35fr)',
    sortBy: 'result',
    cell: (dialog) => result(dialog, true),
  },
  {
    id: 'code',
    head: 'Code',
    name: 'Status code only',
    track: '32px',
    sortBy: 'result',
    isNumber: true,
    cell: (dialog) => result(dialog, false),
  },
];

/** What is shown until a person chooses: in a wide window, and in a narrow one. */
export const DEFAULT_COLUMNS = {
  wide: ['id', 'state', 'startedAtMs', 'method', 'fromUser', 'toUser', 'result'],
  narrow: ['state', 'method', 'parties', 'code'],
} as const;

/** One sentence for assistive technology. */
export function describeDialog(dialog: DialogSummary): string {
  const { from, to } = partiesOf(dialog);
  const parts = [
    `dialog ${String(dialog.id)}`,
    `${visibleString(dialog.method) || 'no request'} from ${visibleString(from)} to ${visibleString(to)}`,
    dialogLook(dialog).label.toLowerCase(),
  ];
  if (dialog.result !== undefined) {
    parts.push(`result ${String(dialog.result.status)} ${visibleString(dialog.result.reason)}`.trim());
  }
  parts.push(`at ${formatTimeOfDay(dialog.startedAtMs)}`);
  parts.push(dialog.messages === 1 ? '1 message' : `${String(dialog.messages)} messages`);
  if (dialog.retransmissions > 0) parts.push(`${String(dialog.retransmissions)} retransmissions`);
  if (dialog.capture !== undefined) parts.push(`from the file ${visibleString(dialog.capture)}`);
  if (dialog.findings > 0)
    parts.push(dialog.findings === 1 ? '1 finding' : `${String(dialog.findings)} findings`);
  return parts.join(', ');
}
