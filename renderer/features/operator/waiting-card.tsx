import { type ReactNode, useState } from 'react';
import type { Decision } from '../../../app/contract/operator.ts';
import { CheckBox } from '../../ui/check-box.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Tag } from '../../ui/tag.tsx';
import { formatGap, formatNumberOf, methodClass, visibleString } from '../wire/index.ts';
import { CountdownRing } from './countdown-ring.tsx';
import { DecisionButtons } from './decision-buttons.tsx';
import { readHeaderLines } from './header-lines.ts';
import { KINDS, senderOf } from './item-words.ts';
import type { Waiting } from './operator-store.ts';
import { ReplyEditor, type ReplyEdits } from './reply-editor.tsx';

export interface WaitingCardProps {
  readonly item: Waiting;
  readonly serverName: string;
  readonly nowMs: number;
  readonly isBusy: boolean;
  readonly refused: string | undefined;
  readonly onDecide: (decision: Decision) => void;
  readonly onTraffic: () => void;
}

/** Who wants what, what was said so far, how long there is, and the answers there are. */
export function WaitingCard(props: WaitingCardProps): ReactNode {
  const { item, serverName, nowMs, isBusy, refused, onDecide, onTraffic } = props;
  const [isEditing, setEditing] = useState(false);
  const [isRemembered, setRemembered] = useState(false);
  const [edits, setEdits] = useState<ReplyEdits>({ sdp: item.sdp ?? '', headers: '' });
  const words = KINDS[item.kind];
  const sender = visibleString(senderOf(item));
  const { headers, error } = readHeaderLines(edits.headers);

  const decide = (decision: Decision): void => {
    if (error !== undefined) {
      setEditing(true);
      return;
    }
    const carriesSdp = decision.kind === 'answer' || decision.kind === 'early';
    onDecide({
      ...decision,
      ...(headers.length > 0 ? { headers } : {}),
      ...(carriesSdp && item.sdp !== undefined && edits.sdp !== item.sdp ? { sdp: withCrLf(edits.sdp) } : {}),
      ...(isRemembered ? { isRemembered } : {}),
    });
  };

  return (
    <article className={`float opcard ${methodClass(item.method)}`} aria-label={words.title(sender, item)}>
      <div className="ophead">
        <span className="pulse">
          <Icon name={words.icon} />
        </span>
        <div className="grow">
          <div className="row opmeta">
            <Tag sip={methodClass(item.method)}>{item.method}</Tag>
            <span className="dim el">
              to {serverName}, {item.protocol}
            </span>
          </div>
          <h3 className="optitle el">
            <bdi>{visibleString(words.title(sender, item))}</bdi>
          </h3>
          <p className="mono mid opuris">
            <bdi>{visibleString(item.from)}</bdi> → <bdi>{visibleString(item.to)}</bdi>
          </p>
        </div>
        {item.deadlineAtMs !== undefined && (
          <CountdownRing fromMs={item.arrivedAtMs} deadlineAtMs={item.deadlineAtMs} nowMs={nowMs} />
        )}
      </div>
      <Facts item={item} nowMs={nowMs} />
      <div className="opacts">
        {refused !== undefined && (
          <p className="hp bad" role="alert">
            {refused}
          </p>
        )}
        {isEditing && (
          <ReplyEditor edits={edits} hasSdp={item.sdp !== undefined} error={error} onChange={setEdits} />
        )}
        <DecisionButtons item={item} isBusy={isBusy} onDecide={decide} />
        <div className="row opfoot">
          <CheckBox isOn={isRemembered} onChange={setRemembered}>
            Same for <bdi>{sender}</bdi> next time
          </CheckBox>
          <span className="grow" />
          <button
            type="button"
            className="lnk"
            aria-expanded={isEditing}
            onClick={() => {
              setEditing(!isEditing);
            }}
          >
            Edit reply
          </button>
          <span className="dim">or</span>
          <button type="button" className="lnk" onClick={onTraffic}>
            open in Traffic
          </button>
        </div>
      </div>
    </article>
  );
}

/** Lines of a session description end with CR and LF. @rfc 8866 5 */
const withCrLf = (text: string): string =>
  `${text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .join('\r\n')}\r\n`;

function Facts({ item, nowMs }: Pick<WaitingCardProps, 'item' | 'nowMs'>): ReactNode {
  const last = item.sent.at(-1);
  return (
    <dl className="opfacts">
      {item.summary !== '' && (
        <>
          <dt>{KINDS[item.kind].summary}</dt>
          <dd>
            <bdi>{visibleString(item.summary)}</bdi>
          </dd>
        </>
      )}
      <dt>Through</dt>
      <dd>
        <span className="mono">{item.source}</span>
        <span className="dim"> {formatNumberOf(item.hops, 'hop')}</span>
      </dd>
      {item.supports.length > 0 && (
        <>
          <dt>Supports</dt>
          <dd>
            <bdi>{visibleString(item.supports.join(', '))}</bdi>
          </dd>
        </>
      )}
      {last !== undefined && (
        <>
          <dt>Sent so far</dt>
          <dd>
            {last.text} <span className="dim">{formatGap(Math.max(0, nowMs - last.atMs))} ago</span>
          </dd>
        </>
      )}
    </dl>
  );
}
