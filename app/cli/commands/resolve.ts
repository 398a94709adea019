import { Command } from 'commander';
import { formatAddress, type Protocol } from '../../../stack/core/address.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import { encodeText } from '../../../stack/message/octets.ts';
import { parseUri, type Uri } from '../../../stack/message/uri.ts';
import type { Dns } from '../../../stack/resolver/dns.ts';
import { enumDomain, lookUpNumber } from '../../../stack/resolver/enum.ts';
import type { Hop, Resolver, ResolveStep } from '../../../stack/resolver/resolver.ts';
import { createResolver } from '../../../stack/resolver/rfc3263.ts';
import { dnsOption, transportOption } from '../agent-flags.ts';
import { commandIds } from '../command-ids.ts';
import { type CliIo, EXIT, usageError } from '../io.ts';
import { printable } from '../printable.ts';
import { tenths } from '../reporter.ts';
import { styleFor } from '../style.ts';
import type { Subcommand } from '../subcommand.ts';
import { CLI_PROTOCOLS, dnsOf, sipUri } from '../target.ts';
import { tracedDns } from '../traced-dns.ts';
import { zoneFile } from '../zone-file.ts';

interface Flags {
  readonly transport?: string;
  readonly dnsServer?: readonly string[];
  readonly zone?: string;
  readonly enumSuffix: string;
  readonly json?: boolean;
}

/** What a lookup works with and writes to. */
interface Lookup {
  readonly dns: Dns;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly protocols: readonly Protocol[];
  readonly suffix: string;
  readonly show: Show;
}

interface Show {
  step(step: ResolveStep): void;
  hop(n: number, hop: Hop): void;
  number(uri: string, service: string): void;
  failure(text: string): void;
}

/** `sipctl resolve URI`: where a request for a URI goes, with every question and decision on the way. @rfc 3263 §4, RFC 6116 */
export const resolveCommand: Subcommand = {
  json: {
    step: 'kind (NAPTR, SRV, A, AAAA, transport, order), subject, outcome, rfc, elapsedMs',
    number: 'uri, service: what ENUM made of a telephone number',
    hop: 'n, protocol, address, serverName (what the certificate must be for)',
    failure: 'text',
  },
  examples: [
    'resolve sip:example.com',
    'resolve sips:example.com --dns-server 127.0.0.1:5353',
    'resolve tel:+441234567890 --zone lab.zone',
  ],
  command: (io, done) =>
    new Command('resolve')
      .description(
        'Show where a request for a URI goes: each question and decision of RFC 3263, of ENUM (RFC 6116) for tel. Exit 0 when there is a way.',
      )
      .argument('<uri>', 'SIP, SIPS or tel URI, or a domain')
      .addOption(transportOption())
      .addOption(dnsOption())
      .option(
        '--zone <FILE>',
        'Ask a zone file in place of name servers: name [ttl] [IN] TYPE data, a record a line.',
      )
      .option('--enum-suffix <DOMAIN>', 'Where telephone numbers are looked up.', 'e164.arpa')
      .option('--json', 'Print one JSON object a line.')
      .action(async (text: string, flags: Flags) => {
        const clock = createSystemClock();
        try {
          const dns = flags.zone === undefined ? dnsOf(flags.dnsServer) : await zoneFile(flags.zone, io);
          const lookup: Lookup = {
            dns,
            resolver: createResolver({ dns, clock, ids: commandIds(io) }),
            clock,
            protocols: CLI_PROTOCOLS.filter((p) => flags.transport === undefined || p === flags.transport),
            suffix: flags.enumSuffix,
            show: flags.json === true ? jsonLines(io) : wordLines(io),
          };
          const uri = /^tel:/i.test(text) ? parseUri(encodeText(text)) : sipUri(text);
          const hops =
            uri.scheme === 'tel' ? await resolveNumber(uri, lookup) : await resolveUri(uri, lookup, 0);
          done(hops > 0 ? EXIT.ok : EXIT.negative);
        } finally {
          clock.dispose();
        }
      }),
};

/** @returns how many hops there are by now. */
async function resolveUri(uri: Uri, { resolver, protocols, show }: Lookup, before: number): Promise<number> {
  const { hops, steps, failure } = await resolver.resolve(uri, protocols);
  for (const step of steps) show.step(step);
  hops.forEach((hop, at) => show.hop(before + at + 1, hop));
  if (failure !== undefined) show.failure(failure);
  return before + hops.length;
}

/** The URIs of a number by ENUM, and where each of them leads. */
async function resolveNumber(uri: Uri, lookup: Lookup): Promise<number> {
  const { show, suffix, clock } = lookup;
  if (!uri.isValid || uri.user?.startsWith('+') !== true)
    throw usageError(`${uri.text}: ENUM finds numbers that begin with +, such as tel:+441234567890`);
  const dns = tracedDns(lookup.dns, clock, 'RFC 6116 §3', (step) => {
    show.step(step);
  });
  const results = await lookUpNumber(uri.user, dns, { suffix });
  if (results.length === 0) show.failure(`${enumDomain(uri.user, suffix)} leads to no URI`);
  let hops = 0;
  for (const { uri: found, service } of results) {
    show.number(found, service);
    const target = parseUri(found);
    if (target.scheme === 'sip' || target.scheme === 'sips') hops = await resolveUri(target, lookup, hops);
  }
  return hops;
}

function wordLines(io: CliIo): Show {
  const style = styleFor(io);
  return {
    step: ({ kind, subject, outcome, rfc, elapsedMs }) => {
      const [first = '', ...others] = outcome.map(printable);
      const isQuestion = kind !== 'transport' && kind !== 'order' && kind !== 'port';
      const time = isQuestion ? `  ${tenths(elapsedMs)} ms` : '';
      io.out(`${kind.padEnd(9)}  ${printable(subject)}  ${style(`${rfc}${time}`, 'quiet')}\n`);
      for (const line of [first, ...others]) io.out(`           ${line}\n`);
    },
    hop: (n, { protocol, address, serverName }) => {
      const name = serverName === undefined ? '' : `  as ${printable(serverName)}`;
      io.out(style(`${n}. ${protocol} ${formatAddress(address)}${name}`, 'good') + '\n');
    },
    number: (uri, service) => io.out(`${style(printable(uri), 'strong')}  ${printable(service)}\n`),
    failure: (text) => io.out(`${style(printable(text), 'bad')}\n`),
  };
}

function jsonLines(io: CliIo): Show {
  const line = (event: string, fields: object): void => io.out(`${JSON.stringify({ event, ...fields })}\n`);
  return {
    step: (step) => line('step', { ...step, elapsedMs: tenths(step.elapsedMs) }),
    hop: (n, { protocol, address, serverName }) =>
      line('hop', {
        n,
        protocol,
        address: formatAddress(address),
        ...(serverName === undefined ? {} : { serverName }),
      }),
    number: (uri, service) => line('number', { uri, service }),
    failure: (text) => line('failure', { text }),
  };
}
