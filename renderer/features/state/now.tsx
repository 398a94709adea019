import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** Often enough for tenths of a second that a person can follow. */
const TICK_MS = 250;

const NowContext = createContext(0);

export interface NowProviderProps {
  /** How far the clock of this page is ahead of the server's, in milliseconds. */
  readonly skewMs: number;
  /** The clock stands while the view is paused. */
  readonly isStill: boolean;
  readonly children: ReactNode;
}

/** The server's wall clock for all countdowns inside: one timer, however many rows. */
export function NowProvider({ skewMs, isStill, children }: NowProviderProps): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (isStill) return;
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isStill]);
  return <NowContext value={nowMs - skewMs}>{children}</NowContext>;
}

/** Wall clock of the server in milliseconds, four times a second. */
export const useServerNow = (): number => useContext(NowContext);
