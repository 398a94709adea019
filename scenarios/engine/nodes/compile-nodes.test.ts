import { describe, expect, it } from 'vitest';
import { NODE_RULES } from '../../../app/servers/scenario-nodes/node-options.ts';
import { compile } from '../compile.ts';
import { NO_FILES } from '../read-file.ts';

const scenario = (nodes: string, actors = '  alice: { steps: [{ wait: 1 s }] }'): string =>
  `version: 1\nname: Nodes\nnodes:\n${nodes}\nactors:\n${actors}\n`;

/** `LINE:COLUMN sentence` of each finding. */
function findings(text: string): readonly string[] {
  const compiled = compile(text, NO_FILES, NODE_RULES);
  return (compiled.isValid ? compiled.warnings : compiled.diagnostics).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

function startOrder(text: string): readonly string[] {
  const compiled = compile(text, NO_FILES, NODE_RULES);
  if (!compiled.isValid) throw new Error(findings(text).join('\n'));
  return compiled.program.nodes.map(({ name }) => name);
}

describe('nodes of a scenario', () => {
  it.each([
    ['an unknown mode', '  proxy: { mode: prxy }', /^4:18 mode: expected minimal or .* or proxy or/],
    ['no mode', '  proxy: { tcpBind: "127.0.0.1:0" }', /^4:10 mode is missing/],
    [
      'an unknown option',
      '  proxy:\n    mode: proxy\n    nexthop: sip:a',
      /^6:5 unknown option nexthop; did you mean nextHop\?$/,
    ],
    [
      'a value that does not fit',
      '  uas:\n    mode: call-server\n    ringMs: soon',
      /^6:13 ringMs: expected a whole number from 0 to 180000$/,
    ],
    [
      'an entry of a list',
      '  uas:\n    mode: call-server\n    udpBind:\n      - 127.0.0.1:0\n      - here',
      /^8:9 udpBind: expected HOST:PORT/,
    ],
    [
      'options that do not go together',
      '  uas: { mode: call-server, requirePrack: true, enablePrack: false }',
      /^4:43 requirePrack: PRACK is required, but not known/,
    ],
    [
      'users that are none',
      '  r: { mode: registrar, authUsers: { alice: 7 } }',
      /^4:36 authUsers: expected \{user: password\}, or the name of a file with that$/,
    ],
    [
      'an option that only a process has',
      '  uas: { mode: call-server, cdr: /tmp/calls }',
      /^4:29 cdr: a node of a scenario writes no files$/,
    ],
    [
      'no listener',
      '  p: { mode: proxy, udpBind: none }',
      /^4:3 p listens nowhere: give it a listener, such as udpBind: 127\.0\.0\.1:0$/,
    ],
    [
      'an expression that cannot be read',
      '  p: { mode: proxy, nextHop: "sip:${1 +}" }',
      /^4:30 this expression/,
    ],
  ])('finds %s at its place', (_, nodes, sentence) => {
    const found = findings(scenario(nodes));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(sentence);
  });

  it('checks the counterpart by the same words', () => {
    const text = `version: 1\nname: N\ncounterpart: { mode: proxy, domian: a.example }\nactors: { a: { steps: [] } }\n`;
    expect(findings(text)).toEqual(['3:29 unknown option domian; did you mean domain?']);
  });

  it('takes what is worked out in the run for right', () => {
    expect(
      findings(
        scenario(
          '  p: { mode: proxy, nextHop: "${where}", forkTimeMs: "${ms}", domain: ["${d}"], tlsCert: a.pem, tlsKey: "${key}" }',
        ),
      ),
    ).toEqual([]);
  });

  it('wants names that nothing else has', () => {
    expect(findings(scenario('  alice: { mode: proxy }'))).toEqual([
      '4:3 alice is an actor too: call one of them otherwise',
    ]);
  });

  it('starts a node after those that its options are about, also by way of variables', () => {
    expect(
      startOrder(
        `${scenario(
          '  a: { mode: proxy, nextHop: "${b_uri}" }\n  b: { mode: b2bua, nextHop: "${hop}" }\n  c: { mode: minimal }',
        )}variables: { hop: "sip:\${inner}", inner: "\${c}" }\n`,
      ),
    ).toEqual(['c', 'b', 'a']);
  });

  it('says where nodes need each other in a circle', () => {
    expect(
      findings(
        scenario(
          '  a: { mode: proxy, nextHop: "${b_uri}" }\n  b: { mode: proxy, nextHop: "sip:${c}" }\n  c: { mode: proxy, nextHop: "sip:x@${a_host}" }',
        ),
      ),
    ).toEqual(['4:3 a needs b needs c needs a: none of them can be started first']);
    expect(findings(scenario('  a: { mode: proxy, domain: "${a_host}" }'))).toEqual([
      '4:3 a needs its own address before it has one',
    ]);
  });

  it('does not start those of a file that is called', () => {
    const called = scenario('  p: { mode: proxy }');
    const compiled = compile(
      'version: 1\nname: N\nactors: { alice: { steps: [{ call: other.yaml }] } }\n',
      () => ({ text: called }),
      NODE_RULES,
    );
    expect(compiled.isValid ? [] : compiled.diagnostics.map(({ message }) => message)).toEqual([
      'other.yaml has nodes, and a scenario that is called cannot bring its own: name them in the file that calls it',
    ]);
  });

  it('says when an actor names a node that does not listen over its transport', () => {
    const nodes = '  p: { mode: proxy, udpBind: "127.0.0.1:0", wsBind: "127.0.0.1:0" }';
    const actor = (transport: string): string =>
      `  alice: { transport: ${transport}, target: p, steps: [{ wait: 1 s }] }`;
    expect(findings(scenario(nodes, actor('ws')))).toEqual([]);
    expect(findings(scenario(nodes, actor('tcp')))).toEqual([
      '6:36 p does not listen over tcp: it listens over udp, ws',
    ]);
    expect(findings(scenario('  p: { mode: proxy, tcpBind: "127.0.0.1:0" }', actor('tcp')))).toEqual([]);
  });
});
