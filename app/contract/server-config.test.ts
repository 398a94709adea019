import { describe, expect, it } from 'vitest';
import { checkServerConfig } from './server-config-check.ts';
import { ServerConfig } from './server-config.ts';
import { SERVER_FIELDS } from './server-fields.ts';

const problemsOf = (input: unknown): readonly string[] => {
  const checked = checkServerConfig(input);
  return checked.isValid ? [] : checked.problems.map((p) => p.message);
};

describe('server configuration', () => {
  it('has the defaults of siphon-rs', () => {
    expect(ServerConfig.parse({})).toMatchObject({
      mode: 'minimal',
      udpBind: ['0.0.0.0:5060'],
      tcpBind: ['0.0.0.0:5060'],
      sipsBind: ['0.0.0.0:5061'],
      wsBind: [],
      wssBind: [],
      autoAcceptCalls: true,
      autoAcceptRegistrations: true,
      autoAcceptSubscriptions: true,
      enablePrack: true,
      enableRefer: true,
      enableSessionTimers: false,
      sdpProfile: 'audio-only',
      auth: false,
      authRealm: 'siphond.local',
      regDefaultExpiry: 3600,
      regMinExpiry: 60,
      regMaxExpiry: 86400,
    });
  });

  it('is complete without any input', () => {
    expect(checkServerConfig({})).toEqual({ isValid: true, config: ServerConfig.parse({}) });
  });

  it('accepts aliases of modes, none for a list, and one listener without a list', () => {
    const checked = checkServerConfig({
      mode: 'fulluas',
      tcpBind: 'none',
      sipsBind: ['none'],
      udpBind: '[::]:5060',
    });
    expect(checked.isValid && checked.config).toMatchObject({
      mode: 'full-uas',
      tcpBind: [],
      sipsBind: [],
      udpBind: ['[::]:5060'],
    });
  });

  it.each([
    [
      { mode: 'proxyy' },
      'mode: expected minimal or full-uas or registrar or call-server or subscription-server or proxy or b2bua or interactive',
    ],
    [{ ringMS: 5 }, 'unknown option ringMS; did you mean ringMs?'],
    [{ wings: true }, 'unknown option wings'],
    [{ ringMs: -1 }, 'ringMs: expected a whole number from 0 to 180000'],
    [{ ringMs: 'soon' }, 'ringMs: expected a whole number from 0 to 180000'],
    [{ autoAcceptCalls: 'perhaps' }, 'autoAcceptCalls: expected true or false'],
    [{ udpBind: ['5060'] }, 'udpBind: expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060'],
    [{ udpBind: ['127.0.0.1:70000'] }, 'udpBind: expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060'],
    [{ sipsBind: ['tls'] }, 'sipsBind: expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060'],
    [{ tlsMin: '1.1' }, 'tlsMin: expected 1.2 or 1.3'],
    [{ localUri: 'bob' }, 'localUri: expected a SIP URI with a user, such as sip:siphon@127.0.0.1'],
    ['text', 'a configuration is a list of options and values'],
    [undefined, 'a configuration is a list of options and values'],
  ])('says in one sentence what is wrong with %j', (input, message) => {
    expect(problemsOf(input)).toEqual([message]);
  });

  it('gives every field a flag, a label, a group, a default and a sentence', () => {
    expect(SERVER_FIELDS.map((f) => f.key)).toEqual(Object.keys(ServerConfig.shape));
    for (const f of SERVER_FIELDS) {
      expect([
        f.key,
        f.flag.startsWith('--'),
        f.label !== '',
        f.group !== undefined,
        f.default !== undefined,
      ]).toEqual([f.key, true, true, true, true]);
      expect(f.description).toMatch(/\.$/);
    }
    expect(SERVER_FIELDS.find((f) => f.key === 'autoAcceptCalls')?.flag).toBe('--auto-accept-calls');
  });
});
