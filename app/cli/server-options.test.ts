import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SIPHOND_FIELDS } from '../contract/server-fields.ts';
import { rewriteBooleans } from './boolean-flags.ts';
import { CliError, type CliIo } from './io.ts';
import { resolveConfig } from './server-options.ts';
import { siphond } from './siphond.ts';

const resolve = (sources: Partial<Parameters<typeof resolveConfig>[0]>): ReturnType<typeof resolveConfig> =>
  resolveConfig({ flags: {}, file: {}, filePath: undefined, env: {}, ...sources });

const refusal = (sources: Partial<Parameters<typeof resolveConfig>[0]>): string => {
  try {
    resolve(sources);
  } catch (error) {
    if (error instanceof CliError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('boolean flags', () => {
  const flags = ['--auto-accept-calls'];

  it.each([
    ['--auto-accept-calls=true', '--auto-accept-calls'],
    ['--auto-accept-calls=false', '--no-auto-accept-calls'],
    ['--no-auto-accept-calls=false', '--auto-accept-calls'],
    ['--no-auto-accept-calls=true', '--no-auto-accept-calls'],
    ['--auto-accept-calls', '--auto-accept-calls'],
    ['--config=false', '--config=false'],
  ])('%s becomes %s', (given, rewritten) => {
    expect(rewriteBooleans([given], flags)).toEqual({ argv: [rewritten], bad: undefined });
  });

  it('leaves what follows -- alone and names a value that is neither', () => {
    expect(rewriteBooleans(['--', '--auto-accept-calls=false'], flags).argv).toEqual([
      '--',
      '--auto-accept-calls=false',
    ]);
    expect(rewriteBooleans(['--auto-accept-calls=maybe'], flags).bad).toBe(
      '--auto-accept-calls takes true or false, not maybe',
    );
  });
});

const printed = async (flag: string): Promise<unknown> => {
  let text = '';
  const io: CliIo = {
    out: (more) => (text += more),
    err: (line) => {
      throw new Error(line);
    },
    env: {},
    isTerminal: false,
    readStdin: () => Promise.reject(new Error('nobody types')),
    signal: new AbortController().signal,
  };
  expect(await siphond([flag, '--print-config'], io)).toBe(0);
  return parse(text);
};

describe('every boolean option', () => {
  it.each(SIPHOND_FIELDS.filter(({ kind }) => kind === 'boolean'))(
    '$flag takes --x, --no-x and =true or =false on either',
    async ({ flag, key }) => {
      const negated = flag.replace(/^--/, '--no-');
      for (const [form, value] of [
        [flag, true],
        [`${flag}=true`, true],
        [`${negated}=false`, true],
        [negated, false],
        [`${flag}=false`, false],
        [`${negated}=true`, false],
      ] as const)
        expect(await printed(form), form).toMatchObject({ [key]: value });
    },
  );
});

describe('precedence of configuration', () => {
  it('is flag, file, environment, default, and every value knows its origin', () => {
    const { config, origins } = resolve({
      flags: { mode: 'full-uas', ringMs: '250' },
      file: { mode: 'minimal', t1Ms: 100, logLevel: 'warn' },
      env: { SIPHON_LOG: 'debug' },
    });
    expect([config.mode, config.ringMs, config.t1Ms, config.logLevel, config.t2Ms]).toEqual([
      'full-uas',
      250,
      100,
      'warn',
      4000,
    ]);
    expect([origins.mode, origins.ringMs, origins.t1Ms, origins.logLevel, origins.t2Ms]).toEqual([
      'flag',
      'flag',
      'file',
      'file',
      'default',
    ]);
    expect(resolve({ env: { SIPHON_LOG: 'debug' } }).origins.logLevel).toBe('environment');
  });

  it.each([
    ['1', '1.2', 'environment'],
    ['true', '1.2', 'environment'],
    ['0', '1.3', 'default'],
    ['', '1.3', 'default'],
  ])('SIPHON_TLS12_ONLY=%s makes tlsMax %s, by %s', (text, tlsMax, origin) => {
    const { config, origins } = resolve({ env: { SIPHON_TLS12_ONLY: text } });
    expect([config.tlsMax, origins.tlsMax]).toEqual([tlsMax, origin]);
  });

  it.each([
    [{ flags: { ringMs: 'soon' } }, '2 --ring-ms: expected a whole number from 0 to 180000'],
    [
      { flags: { udpBind: ['here'] } },
      '2 --udp-bind: expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060',
    ],
    [{ file: { ringMS: 1 }, filePath: 'a.yaml' }, '2 a.yaml: unknown option ringMS; did you mean ringMs?'],
    [
      { file: { mode: 'proxi' }, filePath: 'a.yaml' },
      '2 a.yaml: mode: expected minimal or full-uas or registrar or call-server or subscription-server or proxy or b2bua or interactive',
    ],
    [{ env: { SIPHON_TLS12_ONLY: 'yes' } }, '2 SIPHON_TLS12_ONLY: expected 1 or 0, not yes'],
    [
      { env: { SIPHON_TLS12_ONLY: '1' }, flags: { tlsMin: '1.3' } },
      '2 SIPHON_TLS12_ONLY: the newest version of TLS is older than the oldest, tlsMin',
    ],
    [{ env: { SIPHON_LOG: 'loud' } }, '2 SIPHON_LOG: expected debug or info or warn or error'],
  ])('refuses %j in one sentence that names the place', (sources, message) => {
    expect(refusal(sources)).toBe(message);
  });
});
