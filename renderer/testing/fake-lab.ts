import type { Lab, LabPhoneName } from '../../app/contract/lab.ts';
import { ContractError } from '../../app/contract/errors.ts';

/** A lab without sockets: it is there at once, and its calls go on as a test says. */
export interface FakeLab {
  readonly read: () => Lab;
  readonly start: () => Lab;
  readonly stop: () => Lab;
  readonly call: (from: LabPhoneName) => Lab;
  readonly hangUp: () => Lab;
  /** Changes it and tells it. */
  readonly set: (change: Partial<Lab>) => Lab;
}

const OFF: Lab = { state: 'off', phones: [] };
const SINCE_MS = Date.UTC(2026, 10, 21, 14, 2, 48);

const phone = (name: LabPhoneName, port: number): Lab['phones'][number] => ({
  name,
  aor: `sip:${name}@127.0.0.1:5060`,
  address: `127.0.0.1:${port}`,
  state: 'registered',
});

export function createFakeLab(onChanged: (lab: Lab) => void): FakeLab {
  let lab = OFF;
  const set = (change: Partial<Lab>): Lab => {
    lab = { ...lab, ...change };
    onChanged(lab);
    return lab;
  };
  const call = (from: LabPhoneName): Lab => {
    if (lab.state !== 'running') throw new ContractError('conflict', 'The lab is off: start it first.');
    const to = from === 'alice' ? 'bob' : 'alice';
    return set({ call: { from, to, state: 'calling', sinceMs: SINCE_MS, outcome: '' } });
  };
  return {
    read: () => lab,
    set,
    call,
    start: () => {
      set({ state: 'running', server: 'uas', phones: [phone('alice', 40_001), phone('bob', 40_002)] });
      return call('alice');
    },
    stop: () => {
      lab = OFF;
      return set({});
    },
    hangUp: () => {
      if (lab.call === undefined) throw new ContractError('conflict', 'There is no call to end.');
      return set({ call: { ...lab.call, state: 'ended', outcome: `${lab.call.from} hung up` } });
    },
  };
}
