import { afterEach, describe, expect, it } from 'vitest';
import { reasonPhrase } from '../../stack/message/reason-phrases.ts';
import type { ServerConfigInput } from '../contract/server-config.ts';
import { OverrideSpec } from '../contract/server-config/behaviour.ts';
import { servingLab, type ServingLab } from './testing/serving-lab.ts';

/* Verified: response overrides and faults of a whole server, from its configuration and by its dials. Faults message by message: faulty.test. */

const labs: ServingLab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const serve = (input: ServerConfigInput): ServingLab => {
  const lab = servingLab(input);
  labs.push(lab);
  return lab;
};

const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** Sends requests of a phone and tells what came back: `486 Busy Here`. */
const asking = (lab: ServingLab) => {
  const phone = lab.phone('10.0.0.2');
  return {
    ask: async (method: string): Promise<string> => {
      const asked = phone.request({ method, target: 'sip:bob@10.0.0.1' });
      await lab.clock.advanceAsync(100);
      const result = await asked;
      return result.kind === 'response' ? `${result.status} ${result.reason}` : result.kind;
    },
    call: async (): Promise<string> => {
      const call = phone.call({ target: 'sip:bob@10.0.0.1', sdp: SDP });
      let outcome = '';
      call.onAnswered(() => (outcome = 'answered'));
      call.onFailed((result) => {
        outcome = result.kind === 'response' ? `${result.status} ${result.reason}` : result.kind;
      });
      await lab.clock.advanceAsync(100);
      return outcome;
    },
  };
};

describe('response overrides', () => {
  it('answer with status and reason for the next so many, then the server is itself again', async () => {
    const lab = serve({ mode: 'call-server', override: ['INVITE=503 Full*2', 'INVITE=486*1'] });
    const { call } = asking(lab);
    expect([await call(), await call(), await call(), await call()]).toEqual([
      '503 Full',
      '503 Full',
      `486 ${reasonPhrase(486)}`,
      'answered',
    ]);
    expect((await lab.dials['dials.read'](undefined)).overrides).toEqual([
      { spec: 'INVITE=503 Full*2', hits: 2, left: 0 },
      { spec: 'INVITE=486*1', hits: 1, left: 0 },
    ]);
  });

  it('carry header fields of their own, for a method that is not even served', async () => {
    const lab = serve({ mode: 'minimal', override: ['REGISTER=423; Min-Expires: 120'] });
    const { ask } = asking(lab);
    expect(await ask('REGISTER')).toBe(`423 ${reasonPhrase(423)}`);
    const answer = lab.crossed.find(({ direction }) => direction === 'out');
    expect(new TextDecoder().decode(answer?.bytes)).toContain('\r\nMin-Expires: 120\r\n');
    expect(await ask('OPTIONS')).toBe('200 OK');
  });

  it('are for every method with *, and leave ACK and CANCEL to their transactions (RFC 3261 §9.2, §17.1.1.3)', async () => {
    const lab = serve({ mode: 'call-server', override: ['*=503'] });
    const { ask, call } = asking(lab);
    expect([await ask('OPTIONS'), await call()]).toEqual([
      '503 Service Unavailable',
      '503 Service Unavailable',
    ]);
    expect((await lab.dials['dials.read'](undefined)).overrides[0]?.hits).toBe(2);
    for (const spec of ['ACK=200', 'CANCEL=481']) expect(OverrideSpec.safeParse(spec).success).toBe(false);
  });

  it.each(['proxy', 'b2bua'] as const)('come before the relay of a %s', async (mode) => {
    const lab = serve({ mode, override: ['INVITE=488'] });
    const { call } = asking(lab);
    expect(await call()).toBe(`488 ${reasonPhrase(488)}`);
  });

  it('explain themselves before the handlers', () => {
    const lab = serve({ mode: 'minimal', override: ['OPTIONS=404*3'], fault: ['drop:out/2xx:10%'] });
    expect(lab.serving.explain().slice(0, 2)).toEqual([
      'OPTIONS: answers 404 on purpose, 3 times more.',
      'Messages (2xx) that are sent: dropped on purpose, 10 % of the time.',
    ]);
  });

  it('make a call that is answered with 200 by decree one that can be ended (RFC 3261 §13.3.1.4)', async () => {
    const lab = serve({ mode: 'minimal', override: ['INVITE=200'] });
    const { call } = asking(lab);
    expect(await call()).toBe('answered');
    expect(lab.serving.agent.sessions).toHaveLength(1);
  });
});

describe('dials of misdeeds', () => {
  it('arm while the server runs, and other dials leave their counts alone', async () => {
    const lab = serve({ mode: 'call-server' });
    const { call } = asking(lab);
    const change = lab.dials['dials.change'];
    await change({ override: ['INVITE=486*2'] });
    expect(await call()).toBe('486 Busy Here');
    const turned = await change({ ringMs: 10, override: ['INVITE=486*2', 'OPTIONS=500'] });
    expect(turned.overrides).toEqual([
      { spec: 'INVITE=486*2', hits: 1, left: 1 },
      { spec: 'OPTIONS=500', hits: 0 },
    ]);
    await change({ override: [] });
    expect(await call()).toBe('answered');
  });

  it('lose, and the transaction mends it: the response goes out again (RFC 3261 §17.2.2)', async () => {
    const lab = serve({ mode: 'minimal', fault: ['drop:out/200:1'] });
    const phone = lab.phone('10.0.0.2');
    const asked = phone.request({ method: 'OPTIONS', target: 'sip:10.0.0.1' });
    await lab.clock.advanceAsync(600);
    expect(await asked).toMatchObject({ status: 200 });
    expect((await lab.dials['dials.read'](undefined)).faults).toEqual([
      { spec: 'drop:out/200:1', hits: 1, left: 0 },
    ]);
    // Two requests crossed, one response: the lost one never did.
    expect(lab.crossed.map(({ direction }) => direction)).toEqual(['in', 'in', 'out']);
  });

  it('say in a sentence what is wrong with a spec, and change nothing', async () => {
    const lab = serve({ mode: 'minimal' });
    await Promise.resolve();
    expect(() => lab.dials['dials.change']({ fault: ['lose:out:2'] })).toThrow(/KIND:DIRECTION/);
    expect((await lab.dials['dials.read'](undefined)).faults).toEqual([]);
  });
});
