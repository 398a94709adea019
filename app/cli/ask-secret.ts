import type { ReadStream } from 'node:tty';

const ENTER = /[\r\n]/;
const INTERRUPT = '\u0003';
const RUB_OUT = /[\b\u007f]/g;

/**
 * Asks at the terminal; what is typed is not shown.
 * @param interrupt - what Ctrl+C does: a terminal that shows nothing sends no signal either.
 */
export async function askSecret(
  question: string,
  input: ReadStream,
  write: (text: string) => void,
  interrupt: () => void,
): Promise<string> {
  write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  let typed = '';
  try {
    for (;;) {
      const [text] = await new Promise<[string]>((resolve) => {
        input.once('data', (chunk: string) => resolve([chunk]));
        input.resume();
      });
      if (text.includes(INTERRUPT)) {
        interrupt();
        return '';
      }
      const [line = '', ...rest] = text.split(ENTER);
      for (const sign of line) typed = sign.replace(RUB_OUT, '') === '' ? typed.slice(0, -1) : typed + sign;
      if (rest.length > 0) return typed;
    }
  } finally {
    input.setRawMode(false);
    input.pause();
    write('\n');
  }
}
