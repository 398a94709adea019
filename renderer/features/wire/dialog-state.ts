import type { DialogState, DialogSummary } from '../../../app/contract/traffic.ts';
import type { IconName } from '../../ui/icon.tsx';
import { statusClass } from './sip-style.ts';

interface Look {
  readonly label: string;
  readonly icon: IconName;
  /** Needs attention: it lives, or it failed. What ended well is grey in lists. */
  readonly isLoud: boolean;
  /** Colour class; without one, that of the result. */
  readonly tone?: string;
}

const LOOKS: Readonly<Record<DialogState, Look>> = {
  setup: { label: 'Setup', icon: 'dots', isLoud: true, tone: 's1' },
  ringing: { label: 'Ringing', icon: 'ringing', isLoud: true, tone: 's1' },
  'in-call': { label: 'In call', icon: 'phone', isLoud: true, tone: 's2' },
  completed: { label: 'Completed', icon: 'check', isLoud: false, tone: 's2' },
  cancelled: { label: 'Cancelled', icon: 'barred', isLoud: true, tone: 'CANCEL' },
  rejected: { label: 'Rejected', icon: 'error', isLoud: true },
  busy: { label: 'Busy', icon: 'minus', isLoud: true, tone: 's4' },
  diverted: { label: 'Diverted', icon: 'turn', isLoud: true, tone: 's3' },
  failed: { label: 'Failed', icon: 'error', isLoud: true, tone: 's5' },
  'timed-out': { label: 'Timed out', icon: 'clock', isLoud: true, tone: 's5' },
  challenged: { label: 'Challenged', icon: 'key', isLoud: true, tone: 's4' },
  'out-of-dialog': { label: 'Out of dialog', icon: 'minimal', isLoud: false },
};

export interface DialogLook {
  readonly label: string;
  readonly icon: IconName;
  /** Colour class of the state in a list: none when the dialog needs nobody. */
  readonly listTone: string;
  /** Colour class of its tag. */
  readonly tagTone: string;
}

/** How the state of a dialog is shown, everywhere with the same word, icon and colour. */
export function dialogLook(dialog: Pick<DialogSummary, 'state' | 'result'>): DialogLook {
  const look = LOOKS[dialog.state];
  const tone = look.tone ?? (dialog.result === undefined ? '' : statusClass(dialog.result.status));
  return { label: look.label, icon: look.icon, listTone: look.isLoud ? tone : '', tagTone: tone };
}

/** `alice → bob`; what a side is called when it has no user part. */
export function partiesOf(
  dialog: Pick<DialogSummary, 'fromUser' | 'toUser' | 'fromUri' | 'toUri' | 'source' | 'destination'>,
): {
  readonly from: string;
  readonly to: string;
} {
  return {
    from: dialog.fromUser || dialog.fromUri.replace(/^sips?:/i, '') || dialog.source,
    to: dialog.toUser || dialog.toUri.replace(/^sips?:/i, '') || dialog.destination,
  };
}
