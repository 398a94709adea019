import { describe, expect, it } from 'vitest';
import { compile } from '../../../scenarios/engine/compile.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import type { Listener } from '../../contract/servers.ts';
import { targetFor } from './listener-target.ts';

const LISTENERS: readonly Listener[] = [
  { protocol: 'udp', host: '0.0.0.0', port: 5060 },
  { protocol: 'udp', host: '::', port: 5062 },
  { protocol: 'tls', host: '192.0.2.7', port: 5061 },
];

function program(actor: string): Program {
  const compiled = compile(`version: 1\nname: x\nactors:\n  alice: { ${actor}, steps: [{ send: OPTIONS }] }`);
  if (!compiled.isValid) throw new Error(compiled.diagnostics[0]?.message);
  return compiled.program;
}

describe('the target of a scenario that siphond runs', () => {
  it.each([
    ['transport: udp', 'sip:127.0.0.1:5060', 'any interface is the loopback'],
    ["listen: '[::1]:0'", 'sip:[::1]:5062', 'of two, the one of the same family'],
    ["transport: tls, listen: '[::1]:0'", 'sip:192.0.2.7:5061', 'the transport counts first'],
    ['transport: wss', 'sip:127.0.0.1:5060', 'where nothing fits, the first one'],
  ])('%s: %s (%s)', (actor, uri) => {
    expect(targetFor(program(actor), LISTENERS)).toBe(uri);
  });
});
