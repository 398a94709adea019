import type { ConnectionRow, DialogRow, StateAction, SubscriptionRow } from '../../../app/contract/state.ts';
import type { IconName } from '../../ui/icon.tsx';
import type { StateRow } from './state-rows.ts';
import type { Selection } from './state-store.ts';
import { bareUri } from './tables/cells.tsx';

/** What an offer does when it is taken. */
export type OfferEffect =
  | {
      readonly kind: 'act';
      readonly action: StateAction;
      /** Asked before something is lost. */
      readonly question?: { readonly title: string; readonly text: string; readonly confirm: string };
      /** Told when it is done. */
      readonly done: string;
      /** Told with the reason when it is not. */
      readonly failed: string;
    }
  /** A subscription ends for a reason that is asked for. */
  | {
      readonly kind: 'end-subscription';
      readonly id: string;
      readonly what: string;
      readonly watcher: string;
    }
  /** The messages of a Call-ID. */
  | { readonly kind: 'traffic'; readonly callId: string }
  /** The other leg of a bridged call. */
  | { readonly kind: 'leg'; readonly id: string };

/** Something a person can do with a row; the same in the head of the table, in the menu of the row and in the palette. */
export interface RowOffer {
  readonly id: string;
  readonly label: string;
  readonly shortcut: string;
  readonly icon: IconName;
  readonly isDanger?: boolean;
  /** Not now. */
  readonly isDisabled?: boolean;
  /** Only in menus: there is another way in the page. */
  readonly isMenuOnly?: boolean;
  readonly effect: OfferEffect;
}

/** What can be done with a row. */
export function offersFor(of: StateRow): readonly RowOffer[] {
  switch (of.table) {
    case 'registrations':
      return bindingOffers(of.row.aor, of.row.contact);
    case 'dialogs':
      return dialogOffers(of.row);
    case 'transactions':
      return [traffic(of.row.callId)];
    case 'subscriptions':
      return subscriptionOffers(of.row);
    case 'connections':
      return [dropOffer(of.row)];
    case 'lookups':
      return [];
  }
}

/** What can be done with the selected row: one that is gone has left its messages behind. */
export function offersOf(selection: Selection | undefined): readonly RowOffer[] {
  if (selection === undefined) return [];
  const offers = offersFor(selection.of);
  return selection.isGone ? offers.filter(({ effect }) => effect.kind === 'traffic') : offers;
}

const traffic = (callId: string): RowOffer => ({
  id: 'traffic',
  label: 'Show in Traffic',
  shortcut: 't',
  icon: 'traffic',
  isDisabled: callId === '',
  effect: { kind: 'traffic', callId },
});

function bindingOffers(aor: string, contact: string): readonly RowOffer[] {
  const who = bareUri(aor);
  return [
    {
      id: 'expire',
      label: 'Expire binding…',
      shortcut: 'Delete',
      icon: 'clock',
      isDanger: true,
      effect: {
        kind: 'act',
        action: { kind: 'expire-binding', aor, contact },
        question: {
          title: `Expire the binding of ${who}?`,
          text: `Requests for ${who} do not go to ${contact} any more. The phone is not told: it comes back with its next REGISTER.`,
          confirm: 'Expire binding',
        },
        done: `Expired a binding of ${who}`,
        failed: `The binding of ${who} was not expired`,
      },
    },
    {
      id: 'expireAll',
      label: 'Expire all of this address…',
      shortcut: 'Shift+Delete',
      icon: 'trash',
      isDanger: true,
      effect: {
        kind: 'act',
        action: { kind: 'expire-binding', aor },
        question: {
          title: `Expire all bindings of ${who}?`,
          text: `${who} cannot be reached any more until one of its phones registers again. The phones are not told.`,
          confirm: 'Expire all',
        },
        done: `Expired all bindings of ${who}`,
        failed: `The bindings of ${who} were not expired`,
      },
    },
  ];
}

function dialogOffers(row: DialogRow): readonly RowOffer[] {
  const { id, callId, bridgedTo, state } = row;
  const who = bareUri(row.remoteUri);
  return [
    ...(bridgedTo === undefined
      ? []
      : [
          {
            id: 'leg',
            label: 'Go to the other leg',
            shortcut: 'b',
            icon: 'b2bua',
            isMenuOnly: true,
            effect: { kind: 'leg', id: bridgedTo },
          } as const,
        ]),
    traffic(callId),
    {
      id: 'silently',
      label: 'Drop silently…',
      shortcut: 'Shift+Delete',
      icon: 'barred',
      isDanger: true,
      isDisabled: state !== 'confirmed',
      effect: {
        kind: 'act',
        action: { kind: 'end-dialog', id, how: 'silently' },
        question: {
          title: `Drop the call with ${who} silently?`,
          text: 'Nothing is sent, as if this server had lost the call: what the peer sends in it from then on gets 481.',
          confirm: 'Drop silently',
        },
        done: `Dropped the call with ${who}`,
        failed: `The call with ${who} was not dropped`,
      },
    },
    { ...endOffer(row, who), isDisabled: state === 'ending' },
  ];
}

/** How a call ends depends on how far it is. @rfc 3261 §9, §15 */
function endOffer({ id, state, role }: DialogRow, who: string): RowOffer {
  const common = { shortcut: 'Delete', icon: 'stop', isDanger: true } as const;
  const action = { kind: 'end-dialog', id, how: 'bye' } as const;
  const failed = `The call with ${who} was not ended`;
  if (state !== 'early')
    return {
      id: 'end',
      label: 'End with BYE…',
      ...common,
      effect: {
        kind: 'act',
        action,
        question: {
          title: `End the call with ${who}?`,
          text: 'The peer gets a BYE. The call cannot be brought back.',
          confirm: 'End with BYE',
        },
        done: `Ended the call with ${who}`,
        failed,
      },
    };
  const isOurs = role === 'uac';
  return {
    id: 'end',
    label: isOurs ? 'Cancel call…' : 'Refuse call…',
    ...common,
    effect: {
      kind: 'act',
      action,
      question: {
        title: `${isOurs ? 'Cancel' : 'Refuse'} the call ${isOurs ? 'to' : 'of'} ${who}?`,
        text: isOurs ? 'The peer gets a CANCEL.' : 'The caller gets 480 Temporarily Unavailable.',
        confirm: isOurs ? 'Cancel call' : 'Refuse call',
      },
      done: `${isOurs ? 'Cancelled' : 'Refused'} the call ${isOurs ? 'to' : 'of'} ${who}`,
      failed,
    },
  };
}

function subscriptionOffers(row: SubscriptionRow): readonly RowOffer[] {
  const { id, callId, role, state } = row;
  const what = `${row.package} of ${bareUri(row.resource)}`;
  const watcher = bareUri(row.watcher);
  const end = { id: 'end', shortcut: 'Delete', icon: 'stop', isDanger: true } as const;
  const isDisabled = state === 'terminated';
  if (role === 'subscriber')
    return [
      traffic(callId),
      {
        ...end,
        label: 'Unsubscribe…',
        isDisabled,
        effect: {
          kind: 'act',
          action: { kind: 'end-subscription', id, reason: 'deactivated' },
          question: {
            title: `Unsubscribe from ${what}?`,
            text: 'The other side gets a SUBSCRIBE with Expires: 0.',
            confirm: 'Unsubscribe',
          },
          done: `Unsubscribed from ${what}`,
          failed: `The subscription to ${what} was not ended`,
        },
      },
    ];
  return [
    traffic(callId),
    {
      id: 'notify',
      label: 'Send NOTIFY',
      shortcut: 'n',
      icon: 'subscription-server',
      isDisabled,
      effect: {
        kind: 'act',
        action: { kind: 'notify', id },
        done: `A NOTIFY with the state of ${bareUri(row.resource)} goes to ${watcher}`,
        failed: `No NOTIFY was sent to ${watcher}`,
      },
    },
    {
      ...end,
      label: 'End…',
      isDisabled,
      effect: { kind: 'end-subscription', id, what, watcher },
    },
  ];
}

function dropOffer({ id, remote, protocol }: ConnectionRow): RowOffer {
  return {
    id: 'drop',
    label: 'Drop connection…',
    shortcut: 'Delete',
    icon: 'barred',
    isDanger: true,
    effect: {
      kind: 'act',
      action: { kind: 'drop-connection', id },
      question: {
        title: `Drop the connection with ${remote}?`,
        text: `The ${protocol.toUpperCase()} connection is closed at once. Requests that wait for an answer on it fail, and phones that are reached over it only are cut off until they connect again.`,
        confirm: 'Drop connection',
      },
      done: `Dropped the connection with ${remote}`,
      failed: `The connection with ${remote} was not dropped`,
    },
  };
}
