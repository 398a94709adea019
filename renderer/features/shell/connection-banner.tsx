import type { ReactNode } from 'react';
import { useConnection, useRetry } from '../../backend/index.ts';
import { Button, Spinner } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';

/** Says that what is shown may be old, and what is done about it. */
export function ConnectionBanner(): ReactNode {
  const { state, reason, attempts } = useConnection();
  const retry = useRetry();
  if (state === 'connected' || state === 'connecting') return null;
  const isLost = state === 'lost';
  return (
    <div className={isLost ? 'banner' : 'banner e'} role="alert">
      {isLost ? <Spinner /> : <Icon name="error" size="s" className="err" />}
      <span className="grow">
        <b className="semi">{isLost ? 'Connection lost, retrying.' : 'Not connected.'}</b>{' '}
        <span className="mid">
          {isLost
            ? 'What you see is the last known state. Servers that run keep running.'
            : (reason ?? 'The workbench does not let this page in.')}
        </span>
      </span>
      {attempts > 1 && isLost && <span className="dim">attempt {attempts}</span>}
      <Button size="s" onClick={retry}>
        Try now
      </Button>
    </div>
  );
}
