import { describe, expect, it } from 'vitest';
import { NODE_RULES } from '../../app/servers/scenario-nodes/node-options.ts';
import { scenarioWith } from '../schema/scenario.ts';
import { check } from './check.ts';
import { complete } from './complete.ts';
import { readDocument } from './document.ts';
import { hover } from './hover.ts';
import { outlineOf } from './outline.ts';

const LANGUAGE = scenarioWith(NODE_RULES.schema);

const HEAD = `version: 1
name: Call
nodes:
  edge:
    mode: proxy
    domain: example.com
`;
const TAIL = `actors:
  alice:
    target: edge
    steps:
      - send: INVITE
`;

/** Where `|` stands in a text, with the text without it. */
function at(text: string): readonly [text: string, line: number, column: number] {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  return [text.replace('|', ''), before.length, (before.at(-1) ?? '').length + 1];
}
const labels = (text: string): readonly string[] => complete(...at(text), LANGUAGE).map(({ label }) => label);
const said = (text: string): string | undefined => hover(...at(text), LANGUAGE)?.markdown;

describe('nodes in the editor', () => {
  it('are offered at the top, and with them their options but those that are there', () => {
    expect(labels('version: 1\n|\n')).toContain('nodes');
    const options = labels(`${HEAD}    |\n${TAIL}`);
    expect(options).toEqual(expect.arrayContaining(['nextHop', 'ringMs', 'authUsers', 'tcpBind']));
    expect(options).not.toContain('mode');
    expect(options).not.toContain('domain');
    expect(options).not.toContain('cdr');
  });

  it('have the same options as a counterpart', () => {
    const options = labels(`version: 1\ncounterpart:\n  mode: proxy\n  |\n${TAIL}`);
    expect(options).toEqual(expect.arrayContaining(['nextHop', 'authUsers']));
  });

  it('are offered the words of a choice', () => {
    expect(labels(HEAD.replace('mode: proxy', 'mode: |') + TAIL)).toEqual(
      expect.arrayContaining(['registrar', 'b2bua', 'subscription-server']),
    );
    expect(labels(`${HEAD}    fork: |\n${TAIL}`)).toEqual(['parallel', 'sequential', 'by-q']);
  });

  it('are offered as destinations and as names of expressions', () => {
    expect(labels(HEAD + TAIL.replace('target: edge', 'target: |'))).toContain('edge');
    expect(labels(HEAD + TAIL.replace('target: edge', 'outboundProxy: |'))).toContain('edge');
    expect(labels(HEAD + TAIL.replace('target: edge', 'target: sip:bob@${|}'))).toEqual(
      expect.arrayContaining(['edge', 'edge_host', 'edge_port', 'edge_uri']),
    );
  });

  it('are explained by the descriptions of siphond', () => {
    expect(said(HEAD.replace('nodes:', 'no|des:') + TAIL)).toContain('Servers of ours that take part');
    expect(said(HEAD.replace('domain:', 'dom|ain:') + TAIL)).toContain(
      'Domain this server is responsible for',
    );
    expect(said(HEAD + TAIL.replace('target: edge', 'target: sip:${ed|ge}'))).toContain(
      'HOST:PORT of the node edge.',
    );
  });

  it('are marked where an option is wrong', () => {
    const { diagnostics } = check(`${HEAD}    ringms: 5\n${TAIL}`, undefined, NODE_RULES);
    expect(diagnostics).toMatchObject([
      {
        line: 7,
        column: 5,
        endLine: 7,
        endColumn: 11,
        message: 'unknown option ringms; did you mean ringMs?',
      },
    ]);
  });

  it('stand in the outline, and at the other end of what is sent to them', () => {
    const outline = outlineOf(readDocument(HEAD + TAIL));
    expect(outline?.nodes).toEqual([{ name: 'edge', mode: 'proxy', line: 4 }]);
    expect(outline?.steps[0]?.arrows).toMatchObject([{ label: 'INVITE', peer: 'edge' }]);
    const peerWith = (target: string): string | undefined =>
      outlineOf(readDocument(HEAD + TAIL.replace('    target: edge\n', target)))?.steps[0]?.arrows[0]?.peer;
    expect(peerWith('    target: sip:bob@${edge}\n')).toBe('edge');
    expect(peerWith('    outboundProxy: edge\n    target: sip:bob@example.com\n')).toBe('edge');
    // The first node is the target where nobody names one.
    expect(peerWith('')).toBe('edge');
    expect(peerWith('    target: sip:bob@example.com\n')).toBe('');
  });
});
