import { formatDtmfRelay } from '../../../stack/message/bodies/dtmf.ts';
import { isSuccess, toldOf } from '../outcome.ts';
import { pause } from '../with-agent.ts';
import { goesOn, type Talk } from './talk.ts';

/** How long a key is down, and how long until the next one. */
const KEY_MS = 160;
const GAP_MS = 100;

/** Presses keys one after the other, each with an INFO of its own. */
export async function pressKeys(talk: Talk): Promise<void> {
  for (const signal of talk.flags.dtmf ?? '') {
    if (!goesOn(talk)) return;
    const result = await talk.session.request('INFO', {
      body: formatDtmfRelay({ signal, durationMs: KEY_MS }),
      contentType: 'application/dtmf-relay',
    });
    const told = toldOf(result);
    talk.report('dtmf', {
      ...told,
      text: `${signal}  ${told.text}`,
      fields: { key: signal, ...told.fields },
    });
    if (!isSuccess(result)) talk.fail();
    await pause(talk.clock, GAP_MS, talk.signal);
  }
}
