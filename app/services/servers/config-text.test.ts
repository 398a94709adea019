import { describe, expect, it } from 'vitest';
import { ServerConfig } from '../../contract/server-config.ts';
import { fromYaml, toCommand, toYaml } from './config-text.ts';

const config = ServerConfig.parse({
  name: "Bob's lab",
  mode: 'full-uas',
  udpBind: ['127.0.0.1:5060', '[::1]:5062'],
  tcpBind: [],
  autoAcceptCalls: false,
  ringMs: 200,
  userAgent: '',
});

describe('configuration as text', () => {
  it('is a siphond command with the options that differ from their defaults', () => {
    expect(toCommand(config)).toBe(
      String.raw`siphond --name 'Bob'\''s lab' --mode full-uas --udp-bind 127.0.0.1:5060 --udp-bind '[::1]:5062' --tcp-bind none --user-agent '' --no-auto-accept-calls --ring-ms 200`,
    );
    expect(toCommand(ServerConfig.parse({}))).toBe('siphond');
  });

  it('is a file that reads back as the same configuration', () => {
    expect(toYaml(config)).toContain('tcpBind: none');
    expect(fromYaml(toYaml(config))).toEqual({ isValid: true, config });
    expect(fromYaml(toYaml(ServerConfig.parse({})))).toEqual({
      isValid: true,
      config: ServerConfig.parse({}),
    });
  });

  it('may carry the options of the process around the server, which are left out', () => {
    expect(fromYaml('mode: full\ncapture: a.pcapng\nlogFormat: json\n')).toEqual({
      isValid: true,
      config: ServerConfig.parse({ mode: 'full-uas' }),
    });
  });

  it.each([
    ['mode: [', /^line 1, column \d+: /],
    ['just words', /a configuration is a list of options/],
    ['- 1\n- 2', /a configuration is a list of options/],
    ['mod: minimal', /unknown option mod; did you mean mode\?/],
    ['ringMs: soon', /^ringMs: expected a whole number from 0 to 180000/],
    ['udpBind: 7', /^udpBind: /],
    ['servers: [{ mode: full }]', /^it lists several servers, which siphond --config starts/],
    ['a: &a [x]\nb: [*a, *a]', /unknown option a/],
    ['\u0000\u0001', /./],
  ])('that is wrong is one sentence: %j', (text, problem) => {
    expect(fromYaml(text)).toEqual({ isValid: false, problem: expect.stringMatching(problem) as string });
  });

  it('that explodes by aliases is refused', () => {
    const bomb = [
      'a: &a [x, x]',
      ...Array.from({ length: 20 }, (_, i) => {
        const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)];
        return `${to}: &${to} [*${from}, *${from}, *${from}]`;
      }),
    ].join('\n');
    expect(fromYaml(bomb)).toMatchObject({ isValid: false });
  });
});
