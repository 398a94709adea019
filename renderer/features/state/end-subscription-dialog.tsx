import { type ReactNode, useState } from 'react';
import { SUBSCRIPTION_ENDS } from '../../../app/contract/state.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/field.tsx';

export type SubscriptionEnd = (typeof SUBSCRIPTION_ENDS)[number];

/** What the watcher makes of a reason. @rfc 6665 §4.1.3 */
const MEANINGS: Readonly<Record<SubscriptionEnd, string>> = {
  deactivated: 'The watcher is to subscribe again at once.',
  probation: 'The watcher may subscribe again some time later.',
  rejected: 'The watcher is not allowed any more, and is not to subscribe again.',
  timeout: 'It was not refreshed in time; the watcher may subscribe again.',
  giveup: 'Nobody allowed it in time; the watcher may try again.',
  noresource: 'What was watched does not exist any more; the watcher is not to subscribe again.',
  invariant: 'The state will not change for a long time; there is nothing to watch.',
};

export interface EndSubscriptionDialogProps {
  /** `presence of alice@lab.test` */
  readonly what: string;
  readonly watcher: string;
  readonly onEnd: (reason: SubscriptionEnd) => void;
  readonly onClose: () => void;
}

/** Asks for the reason the last NOTIFY gives. */
export function EndSubscriptionDialog(props: EndSubscriptionDialogProps): ReactNode {
  const [reason, setReason] = useState<SubscriptionEnd>('deactivated');
  return (
    <Dialog
      title={`End the subscription to ${props.what}?`}
      description={`${props.watcher} gets a last NOTIFY: Subscription-State: terminated;reason=${reason}`}
      widthPx={480}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>Keep</Button>
          <Button
            kind="danger-final"
            onClick={() => {
              props.onEnd(reason);
              props.onClose();
            }}
          >
            End subscription
          </Button>
        </>
      }
    >
      <Field label="Reason" hint={`${MEANINGS[reason]} (RFC 6665 §4.1.3)`}>
        {(ids) => (
          <Select
            {...ids}
            value={reason}
            options={SUBSCRIPTION_ENDS.map((value) => ({ value, label: value }))}
            onChange={setReason}
          />
        )}
      </Field>
    </Dialog>
  );
}
