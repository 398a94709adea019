import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { isFocusNowhere } from '../../ui/keyboard.ts';
import { useToast } from '../../ui/toasts.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { EndSubscriptionDialog } from './end-subscription-dialog.tsx';
import { type OfferEffect, type RowOffer } from './row-offers.ts';
import { rowsOf } from './state-rows.ts';
import type { StateStore } from './state-store.ts';

type Act = Extract<OfferEffect, { kind: 'act' }>;
/** What waits for a word of the person. */
type Asked = Act | Extract<OfferEffect, { kind: 'end-subscription' }>;

export interface RowOffers {
  readonly take: (offer: RowOffer) => void;
  /** Shows the other leg of a bridged call. */
  readonly goToLeg: (id: string) => void;
  /** What asks before something is lost. */
  readonly dialog: ReactNode;
}

export interface RowOfferHooks {
  /** Shows the messages of a Call-ID. */
  readonly onTraffic: (callId: string) => void;
  /** Something was done, and the focus may be nowhere. */
  readonly onDone: () => void;
}

/** Lets a person do what the rows offer; what destroys something is asked for first. */
export function useRowOffers(
  store: StateStore,
  serverId: string,
  { onTraffic, onDone }: RowOfferHooks,
): RowOffers {
  const attempt = useAttempt();
  const toast = useToast();
  const [asked, setAsked] = useState<Asked>();

  const act = ({ action, done, failed }: Pick<Act, 'action' | 'done' | 'failed'>): void => {
    attempt(
      failed,
      store
        .getState()
        .act(serverId, action)
        .then(() => {
          toast({ kind: 'success', title: done });
          // The button that was pressed may be gone with its row.
          if (isFocusNowhere()) onDone();
        }),
    );
  };
  const goToLeg = (id: string): void => {
    const { reading, setFilter, setTable, select } = store.getState();
    const leg =
      reading === undefined ? undefined : rowsOf(reading.state, 'dialogs').find((d) => d.key === id);
    if (leg === undefined) return;
    setTable('dialogs');
    setFilter('dialogs', '');
    select(leg);
  };
  return {
    take: ({ effect }) => {
      switch (effect.kind) {
        case 'traffic':
          onTraffic(effect.callId);
          break;
        case 'leg':
          goToLeg(effect.id);
          break;
        case 'end-subscription':
          setAsked(effect);
          break;
        case 'act':
          if (effect.question === undefined) act(effect);
          else setAsked(effect);
          break;
      }
    },
    goToLeg,
    dialog: asked && (
      <Question
        asked={asked}
        act={act}
        onClose={() => {
          setAsked(undefined);
        }}
      />
    ),
  };
}

function Question(props: {
  readonly asked: Asked;
  readonly act: (act: Pick<Act, 'action' | 'done' | 'failed'>) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { asked, act, onClose } = props;
  if (asked.kind === 'end-subscription') {
    const { id, what, watcher } = asked;
    return (
      <EndSubscriptionDialog
        what={what}
        watcher={watcher}
        onEnd={(reason) => {
          act({
            action: { kind: 'end-subscription', id, reason },
            done: `Ended the subscription of ${watcher}`,
            failed: `The subscription of ${watcher} was not ended`,
          });
        }}
        onClose={onClose}
      />
    );
  }
  if (asked.question === undefined) return undefined;
  return (
    <ConfirmDialog
      {...asked.question}
      keep="Keep"
      onConfirm={() => {
        act(asked);
      }}
      onClose={onClose}
    />
  );
}
