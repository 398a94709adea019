import type { OperatorItem } from '../../../app/contract/operator.ts';
import type { IconName } from '../../ui/icon.tsx';

/** The user of a SIP URI, or the URI itself. */
export function userOf(uri: string): string {
  const match = /^(?:sips?|tel):([^@;>]+)/i.exec(uri);
  return match?.[1] ?? uri;
}

/** Who sent it, as a person would say. */
export const senderOf = ({ from, fromName }: OperatorItem): string =>
  fromName === '' ? userOf(from) : fromName;

interface KindWords {
  readonly icon: IconName;
  /** What stands before the summary. */
  readonly summary: string;
  /** The word of a positive answer. */
  readonly accept: string;
  /** Rejections that make sense, with their words. */
  readonly rejections: readonly (readonly [status: number, word: string])[];
  readonly title: (sender: string, item: OperatorItem) => string;
}

/** What each kind of thing that waits is called; a new kind is a row. */
export const KINDS: Readonly<Record<OperatorItem['kind'], KindWords>> = {
  call: {
    icon: 'phone',
    summary: 'Offer',
    accept: 'Answer',
    rejections: [
      [486, 'Busy'],
      [603, 'Decline'],
    ],
    title: (sender, { to }) => `${sender} is calling ${userOf(to)}`,
  },
  subscription: {
    icon: 'subscription-server',
    summary: 'Event',
    accept: 'Accept',
    rejections: [
      [403, 'Forbidden'],
      [489, 'Bad Event'],
    ],
    title: (sender, { to }) => `${sender} subscribes to ${userOf(to)}`,
  },
  transfer: {
    icon: 'turn',
    summary: 'Refer to',
    accept: 'Accept',
    rejections: [
      [403, 'Forbidden'],
      [603, 'Decline'],
    ],
    title: (sender) => `${sender} wants to transfer the call`,
  },
  registration: {
    icon: 'registrar',
    summary: 'Contact',
    accept: 'Accept',
    rejections: [
      [403, 'Forbidden'],
      [404, 'Not Found'],
    ],
    title: (sender) => `${sender} wants to register`,
  },
  message: {
    icon: 'note',
    summary: 'Text',
    accept: 'Accept',
    rejections: [
      [486, 'Busy'],
      [603, 'Decline'],
    ],
    title: (sender, { to }) => `${sender} sends ${userOf(to)} a message`,
  },
};
