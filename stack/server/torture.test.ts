import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAgentLab } from '../testing/agent-lab.ts';
import { octetText, toBytes } from '../message/octets.ts';
import { RFC_4475, RFC_5118, type TortureMessage } from '../testing/torture.ts';
import { compose } from './handler.ts';
import { call } from './handlers/call.ts';
import { info } from './handlers/info.ts';
import { message } from './handlers/message.ts';
import { options } from './handlers/options.ts';
import { unsupported } from './handlers/unsupported.ts';

/** Ports that top Via values of the messages name: that is where their answers go. */
const VIA_PORTS = [5050, 6050, 19_823];

/** Sends octets to a full UAS, lets every timer run out, and tells the final answers and whether it goes on serving. */
function answersTo(octets: Uint8Array): { readonly answers: readonly string[]; readonly goesOn: boolean } {
  const lab = createAgentLab();
  lab.agent(
    '10.0.0.1',
    compose([
      options(),
      call({ isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' }),
      message(),
      info(),
      unsupported(),
    ]),
  );
  const peer = lab.peer('10.0.0.2');
  const others = VIA_PORTS.map((port) => {
    const heard: string[] = [];
    lab.network.bind('udp', { host: '10.0.0.2', port }).onReceived(({ bytes }) => {
      heard.push(octetText(bytes, 0, octetText(bytes).indexOf('\r\n')));
    });
    return heard;
  });
  peer.sendBytes(octets);
  lab.clock.advance(200);
  const heard = [...peer.take(), ...others.flat().map((line) => line.replace('SIP/2.0 ', ''))];
  const answers = heard.filter((line) => /^[2-6]\d\d /.test(line));
  lab.clock.advance(100_000);
  peer.take();
  peer.send({ method: 'OPTIONS', callId: 'afterwards', branch: 'z9hG4bK-afterwards' });
  const goesOn = peer.take().join() === '200 OK';
  lab.clock.advance(100_000);
  expect(lab.clock.pending).toBe(0);
  return { answers, goesOn };
}

function read(folder: string, name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../message/testdata/${folder}/${name}.dat`, import.meta.url)));
}

/** The first final answer; the network loses nothing, so that what follows are retransmissions of it. */
function check({ name, answer }: TortureMessage, folder: string): void {
  const { answers, goesOn } = answersTo(read(folder, name));
  expect([Number(answers[0]?.slice(0, 3) ?? 0), new Set(answers).size <= 1, goesOn]).toEqual([
    answer,
    true,
    true,
  ]);
}

const rows = (messages: readonly TortureMessage[], sections: string): [string, TortureMessage][] =>
  messages
    .filter(({ section }) => section.startsWith(sections))
    .map((entry) => [`§${entry.section} ${entry.name}: ${entry.asks}: answers ${entry.answer}`, entry]);

describe('torture messages sent to a full UAS, which goes on serving', () => {
  it.each(rows(RFC_4475, '3.1.1'))('RFC 4475 §3.1.1: %s', (_, entry) => {
    check(entry, 'rfc4475');
  });

  it.each(rows(RFC_4475, '3.1.2'))('RFC 4475 §3.1.2: %s', (_, entry) => {
    check(entry, 'rfc4475');
  });

  it.each(rows(RFC_4475, '3.2'))('RFC 4475 §3.2: %s', (_, entry) => {
    check(entry, 'rfc4475');
  });

  it.each(rows(RFC_4475, '3.3'))('RFC 4475 §3.3: %s', (_, entry) => {
    check(entry, 'rfc4475');
  });

  it.each(rows(RFC_4475, '3.4'))('RFC 4475 §3.4: %s', (_, entry) => {
    check(entry, 'rfc4475');
  });

  it.each(rows(RFC_5118, '4'))('RFC 5118 §4: %s', (_, entry) => {
    check(entry, 'rfc5118');
  });

  it('RFC 5118 §4.6: reads IPv6 in SDP when Content-Length is right, and refuses the codecs, which are none of ours', () => {
    const text = octetText(read('rfc5118', 'ipv6-in-sdp')).replace(
      'Content-Length: 268',
      'Content-Length: 251',
    );
    expect(answersTo(toBytes(text)).answers[0]).toBe('488 Not Acceptable Here');
  });
});
