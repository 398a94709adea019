import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useConnection } from '../../backend/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { appCommand } from '../../ui/commands.ts';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { useNow } from '../../ui/use-now.ts';
import { formatNumberOf, visibleString } from '../wire/index.ts';
import { CallStrip } from './call-strip.tsx';
import { KINDS, senderOf } from './item-words.ts';
import { isWaiting, keyOf, type OperatorStore, type Waiting } from './operator-store.ts';
import { WaitingCard } from './waiting-card.tsx';
import './operator.css';

export interface OperatorCardsProps {
  readonly store: OperatorStore;
  readonly serverName: (id: string) => string;
  /** Shows the dialog of that Call-ID. */
  readonly onTraffic: (callId: string) => void;
}

/**
 * What waits for a person, over every screen. The focus stays where it is: a card is announced, and a key leads to it. One card is open, the others are
 * lines that open; answered calls are strips.
 */
export function OperatorCards({ store, serverName, onTraffic }: OperatorCardsProps): ReactNode {
  const { items, busy, refused, load, decide } = useStore(store);
  const { epoch } = useConnection();
  const attempt = useAttempt();
  const [openKey, setOpenKey] = useState<string>();

  useEffect(() => {
    if (epoch > 0) attempt('What waits for you could not be read', load());
  }, [epoch, attempt, load]);

  const waiting = items.filter(isWaiting);
  const living = items.filter((item) => !isWaiting(item));
  const open = waiting.find((item) => keyOf(item) === openKey) ?? waiting[0];
  const shared = (item: Waiting) => ({
    item,
    isBusy: busy.has(keyOf(item)),
    refused: refused[keyOf(item)],
    onDecide: (decision: Parameters<typeof decide>[1]) => void decide(item, decision),
  });
  return (
    <>
      <Announcer waiting={waiting} />
      {items.length > 0 && (
        <Cards label={`${formatNumberOf(waiting.length, 'request')} waiting for you`}>
          {(nowMs) => (
            <>
              {living.map((item) => (
                <CallStrip key={keyOf(item)} nowMs={nowMs} {...shared(item)} />
              ))}
              {waiting
                .filter((item) => item !== open)
                .map((item) => (
                  <Line
                    key={keyOf(item)}
                    item={item}
                    nowMs={nowMs}
                    onOpen={() => {
                      setOpenKey(keyOf(item));
                    }}
                  />
                ))}
              {open !== undefined && (
                <WaitingCard
                  key={keyOf(open)}
                  serverName={serverName(open.server)}
                  nowMs={nowMs}
                  onTraffic={() => {
                    onTraffic(open.callId);
                  }}
                  {...shared(open)}
                />
              )}
            </>
          )}
        </Cards>
      )}
    </>
  );
}

interface CardsProps {
  readonly label: string;
  readonly children: (nowMs: number) => ReactNode;
}

/** The stack, while there is one: its clock ticks, and a key leads to it. */
function Cards({ label, children }: CardsProps): ReactNode {
  const nowMs = useNow();
  const [box, setBox] = useState<HTMLElement | null>(null);
  useCommands([
    appCommand('operator.go', {
      icon: 'interactive',
      run: () => {
        const first = box?.querySelector<HTMLElement>('.opcard:not(.strip) .btn');
        (first ?? box)?.focus();
      },
    }),
  ]);
  return (
    <section
      className="opcards"
      aria-label={label}
      data-pane=""
      data-scope="operator"
      tabIndex={-1}
      ref={setBox}
    >
      {children(nowMs)}
    </section>
  );
}

function Line(props: {
  readonly item: Waiting;
  readonly nowMs: number;
  readonly onOpen: () => void;
}): ReactNode {
  const { item, nowMs, onOpen } = props;
  const words = KINDS[item.kind];
  const leftSec = Math.max(0, Math.ceil(((item.deadlineAtMs ?? nowMs) - nowMs) / 1000));
  return (
    <button type="button" className="float opline" onClick={onOpen}>
      <Icon name={words.icon} />
      <span className="semi el grow">
        <bdi>{words.title(visibleString(senderOf(item)), item)}</bdi>
      </span>
      {item.deadlineAtMs !== undefined && <span className="dim nw">{leftSec} s</span>}
      <Icon name="up" size="s" />
    </button>
  );
}

/** Says who came, once each; the card itself is read when a person goes there. */
function Announcer({ waiting }: { readonly waiting: readonly Waiting[] }): ReactNode {
  const newest = waiting.at(-1);
  return (
    <p className="sr" role="status" aria-live="polite">
      {newest === undefined
        ? ''
        : `${KINDS[newest.kind].title(visibleString(senderOf(newest)), newest)}. ${formatNumberOf(waiting.length, 'request')} waiting. F7 goes there.`}
    </p>
  );
}
