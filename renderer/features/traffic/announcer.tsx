import { useEffect, useState, type ReactNode } from 'react';
import { formatNumberOf } from '../wire/index.ts';
import type { DialogListStore } from './dialog-list-store.ts';

/** Announcements are no more frequent, however many messages come in. */
const ANNOUNCE_MS = 2000;

/** Tells assistive technology what came in, summed up. */
export function Announcer({ list }: { readonly list: DialogListStore }): ReactNode {
  const [text, setText] = useState('');
  useEffect(() => {
    const count = (): number => list.store.getState().summary?.messages ?? 0;
    let told = count();
    const timer = setInterval(() => {
      const now = count();
      if (now > told)
        setText(`${formatNumberOf(now - told, 'new message')}, ${formatNumberOf(now, 'message')} in all`);
      told = now;
    }, ANNOUNCE_MS);
    return () => {
      clearInterval(timer);
    };
  }, [list]);
  return (
    <p className="sr" aria-live="polite">
      {text}
    </p>
  );
}
