import type { ReactNode } from 'react';
import type { SubscriptionRow } from '../../../../app/contract/state.ts';
import { formatCount, visibleString } from '../../wire/index.ts';
import { ExpiryText } from '../countdown.tsx';
import { subscriptionStateWord } from '../tables/subscriptions.tsx';
import { Fact, Facts, Value } from './facts.tsx';

/** @rfc 6665 */
export function SubscriptionDetails({
  row,
  isOver,
}: {
  readonly row: SubscriptionRow;
  readonly isOver: boolean;
}): ReactNode {
  const isOurs = row.role === 'subscriber';
  return (
    <Facts>
      <Fact name="Event">{visibleString(row.package)}</Fact>
      <Fact name="State">
        {subscriptionStateWord(row.state)}, as {row.role}
      </Fact>
      {!isOver && (
        <Fact name="Expires">
          {row.expiresAtMs === undefined ? (
            <span className="dim">nothing is granted yet</span>
          ) : (
            <ExpiryText atMs={row.expiresAtMs} />
          )}
        </Fact>
      )}
      <Fact name="Resource">
        <Value text={row.resource} />
      </Fact>
      <Fact name="Watcher">{isOurs ? 'this server' : <Value text={row.watcher} />}</Fact>
      <Fact name={isOurs ? 'NOTIFYs got' : 'NOTIFYs sent'}>{formatCount(row.notifies)}</Fact>
      <Fact name="Call-ID">
        <Value text={row.callId} />
      </Fact>
    </Facts>
  );
}
