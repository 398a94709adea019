import { describeResult } from '../../../stack/agent/result.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { LabCall, LabPhoneName } from '../../contract/lab.ts';
import type { Phone } from './phone.ts';

/** How long the two talk before the caller hangs up. */
const TALK_MS = 8000;

export interface LabCallOptions {
  readonly from: LabPhoneName;
  readonly to: LabPhoneName;
  readonly caller: Phone;
  readonly callee: Phone;
  readonly clock: Clock;
  readonly onChanged: () => void;
}

/** A call of the lab under way. */
export interface RunningCall {
  readonly info: LabCall;
  hangUp(): void;
}

/** One phone calls the other and hangs up some seconds after the answer. */
export function runCall({ from, to, caller, callee, clock, onChanged }: LabCallOptions): RunningCall {
  let info: LabCall = { from, to, state: 'calling', sinceMs: clock.wallMs(), outcome: '' };
  const become = (state: LabCall['state'], outcome = ''): void => {
    if (info.state === 'ended' || info.state === state) return;
    info = { ...info, state, outcome, sinceMs: clock.wallMs() };
    onChanged();
  };
  const call = caller.call(callee.aor);
  call.onProvisional(({ status }) => {
    if (status > 100 && info.state === 'calling') become('ringing');
  });
  call.onAnswered(() => {
    become('talking');
    const talking = clock.after(TALK_MS, () => {
      call.hangUp();
    });
    call.onEnded(() => {
      talking.cancel();
    });
  });
  call.onFailed((result) => {
    become('ended', describeResult(result));
  });
  call.onEnded(({ by, reason }) => {
    become('ended', by === 'local' ? `${from} hung up` : by === 'remote' ? `${to} hung up` : reason);
  });
  return {
    get info() {
      return info;
    },
    hangUp: () => {
      call.hangUp();
    },
  };
}
