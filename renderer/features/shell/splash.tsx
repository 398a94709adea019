import type { ReactNode } from 'react';
import { useConnection, useRetry } from '../../backend/index.ts';
import { Button, Spinner } from '../../ui/button.tsx';
import { Brand } from './brand.tsx';

/** Before the first connection: what is waited for, or why it will not come. */
export function Splash(): ReactNode {
  const { state, reason, attempts } = useConnection();
  const retry = useRetry();
  const isRefused = state === 'refused';
  return (
    <main className="splash">
      <Brand />
      {!isRefused && (
        <p className="row" role="status">
          <Spinner /> Connecting to the workbench{attempts > 0 && `, attempt ${attempts + 1}`}
        </p>
      )}
      {reason !== undefined && <p role={isRefused ? 'alert' : undefined}>{reason}</p>}
      {attempts > 0 && <Button onClick={retry}>Try again</Button>}
    </main>
  );
}
