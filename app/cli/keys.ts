import type { ReadStream } from 'node:tty';

const CTRL_C = '\u0003';

/** Hears of each key as it is pressed. @param interrupt - Ctrl+C: a terminal in this state sends no signal. @returns what ends it. */
export function openKeys(input: ReadStream, onKey: (key: string) => void, interrupt: () => void): () => void {
  const onData = (data: Buffer): void => {
    for (const key of data.toString('latin1'))
      if (key === CTRL_C) interrupt();
      else onKey(key);
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}
