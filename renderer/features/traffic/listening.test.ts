import { describe, expect, test } from 'vitest';
import type { TrafficSummary } from '../../../app/contract/traffic.ts';
import { aConfig, aServer } from '../../testing/fake-servers.ts';
import { addressOf, emptinessOf, isLoopback, testCommand } from './listening.ts';

const silence: TrafficSummary = {
  revision: 1,
  dialogs: 0,
  messages: 0,
  sizeBytes: 0,
  limitBytes: 1,
  dropped: 0,
  isRecording: true,
};
const stopped = aServer({ id: 'a', config: aConfig() });
const running = aServer({ id: 'b', config: aConfig(), state: 'running', startedAtMs: 5000 });

describe('why nothing is shown', () => {
  test('unknown until both are known', () => {
    expect(emptinessOf(undefined, [])).toBeUndefined();
    expect(emptinessOf(silence, undefined)).toBeUndefined();
  });

  test('messages are there', () => {
    expect(emptinessOf({ ...silence, messages: 1, dialogs: 1 }, [running])).toBeUndefined();
  });

  test('no server runs, whether or not there are some', () => {
    expect(emptinessOf(silence, [])).toEqual({ kind: 'nothing-runs' });
    expect(emptinessOf(silence, [stopped])).toEqual({ kind: 'nothing-runs' });
  });

  test('silent since the latest start, or since the last message that was cleared', () => {
    expect(emptinessOf(silence, [stopped, running])).toEqual({
      kind: 'silent',
      servers: [running],
      sinceMs: 5000,
    });
    expect(emptinessOf({ ...silence, lastAtMs: 9000 }, [running])).toMatchObject({ sinceMs: 9000 });
  });

  test('the recording is off', () => {
    expect(emptinessOf({ ...silence, isRecording: false }, [running])).toMatchObject({
      kind: 'not-recording',
    });
  });
});

test('addresses, their reach, and how to call them', () => {
  const udp = { protocol: 'udp', host: '127.0.0.1', port: 5060 } as const;
  const any = { protocol: 'tcp', host: '0.0.0.0', port: 5070 } as const;
  const six = { protocol: 'udp', host: '::1', port: 5060 } as const;
  expect([udp, any, six].map(addressOf)).toEqual(['127.0.0.1:5060', '0.0.0.0:5070', '[::1]:5060']);
  expect([udp, any, six].map(isLoopback)).toEqual([true, false, true]);
  expect([udp, any, six].map(testCommand)).toEqual([
    'sipp -sn uac 127.0.0.1:5060 -m 1',
    'sipp -sn uac 127.0.0.1:5070 -t t1 -m 1',
    'sipp -sn uac [::1]:5060 -m 1',
  ]);
});
