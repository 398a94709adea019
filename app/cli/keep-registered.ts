import type { Registration } from '../../stack/agent/registration/registration.ts';
import type { RegistrationState } from '../../stack/agent/registration/registration-types.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { EXIT } from './io.ts';
import { toldOf } from './outcome.ts';
import { printable } from './printable.ts';
import type { Told } from './reporter.ts';
import type { AgentTools } from './with-agent.ts';

/**
 * Registers, and refreshes until enough registrations were granted or the command is interrupted. A first attempt that fails ends it; later
 * ones are tried again as the library does.
 * @param count - 0: until interrupted.
 * @returns the exit code.
 */
export function keepRegistered(
  registration: Registration,
  count: number,
  { clock, report, signal }: AgentTools,
): Promise<number> {
  let granted = 0;
  return new Promise((resolve) => {
    const finish = (exitCode: number): void => {
      stopListening();
      resolve(exitCode);
    };
    const stopListening = registration.onChange(({ state }) => {
      if (state.kind === 'registered') {
        granted++;
        report('registered', grantTold(state, granted, clock.now()));
        if (granted === count) finish(EXIT.ok);
      } else if (state.kind === 'failed') {
        const isRetried = state.retryAtMs !== undefined && granted > 0;
        report('failed', failureTold(state, isRetried, clock.now()));
        if (!isRetried) finish(EXIT.negative);
      }
    });
    signal.addEventListener('abort', () => finish(EXIT.interrupted), { once: true });
    if (signal.aborted) finish(EXIT.interrupted);
    else registration.start();
  });
}

type StateOf<K extends RegistrationState['kind']> = Extract<RegistrationState, { readonly kind: K }>;

function grantTold({ grant, refreshAtMs }: StateOf<'registered'>, n: number, nowMs: number): Told {
  const { expiresSec, contacts, publicGruu, temporaryGruu, isOutbound } = grant;
  const refreshInSec = Math.max(0, Math.round((refreshAtMs - nowMs) / 1000));
  const gruu = publicGruu === undefined ? '' : `, GRUU ${printable(publicGruu)}`;
  const outbound = isOutbound ? ', over this connection (outbound)' : '';
  return {
    text: `${contacts.map(printable).join(', ')} for ${expiresSec} s${gruu}${outbound}`,
    tone: 'good',
    fields: {
      n,
      expiresSec,
      refreshInSec,
      contacts: contacts.map(decodeText),
      ...(publicGruu === undefined ? {} : { publicGruu: decodeText(publicGruu) }),
      ...(temporaryGruu === undefined ? {} : { temporaryGruu: decodeText(temporaryGruu) }),
      isOutbound,
    },
  };
}

function failureTold({ result, retryAtMs }: StateOf<'failed'>, isRetried: boolean, nowMs: number): Told {
  const told = toldOf(result);
  if (!isRetried || retryAtMs === undefined) return told;
  const retryInSec = Math.max(0, Math.round((retryAtMs - nowMs) / 1000));
  return {
    ...told,
    text: `${told.text}, tried again in ${retryInSec} s`,
    fields: { ...told.fields, retryInSec },
  };
}
