import { Command, Option } from 'commander';
import type { Registration } from '../../../stack/agent/registration/registration.ts';
import { createRegistration } from '../../../stack/agent/registration/registration.ts';
import type { RegistrationOptions } from '../../../stack/agent/registration/registration-types.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { registrarOf, type RegistrarFlags } from '../ask-registrar.ts';
import { EXIT, usageError } from '../io.ts';
import { keepRegistered } from '../keep-registered.ts';
import { repeated, type Subcommand, wholeNumber } from '../subcommand.ts';
import { sipUri } from '../target.ts';
import { GRACE_MS, pause, withAgent, type AgentTools } from '../with-agent.ts';

interface Flags extends AgentFlags, RegistrarFlags {
  readonly expires: number;
  readonly contact?: readonly string[];
  readonly q?: number;
  readonly count: number;
  readonly unregister?: boolean;
  readonly instance?: string;
  readonly outbound?: boolean;
  readonly gruu?: boolean;
}

function preference(text: string): number {
  if (!/^(?:0(?:\.\d{1,3})?|1(?:\.0{1,3})?)$/.test(text))
    throw usageError(`--q: expected 0 to 1, such as 0.5`);
  return Number(text);
}

/** `sipctl register AOR`: registers, once or for as long as wanted. @rfc 3261 §10.2 */
export const registerCommand: Subcommand = {
  json: {
    registered: 'afterMs, text, n, expiresSec, refreshInSec, contacts, publicGruu, temporaryGruu, isOutbound',
    failed: 'afterMs, text, outcome; of a response status, reason, rttMs; retryInSec when it is tried again',
    unregistered: 'afterMs, text',
  },
  examples: [
    'register sip:alice@127.0.0.1:5060 --user alice --expires 600',
    'register sip:alice@example.com --user alice --count 0',
  ],
  command: (io, done) =>
    withAgentOptions(
      new Command('register')
        .description(
          'Register a contact (RFC 3261 section 10), once or until interrupted. Ctrl+C removes what was registered. Exit 0 when the registrar took it.',
        )
        .argument('<aor>', 'address of record, such as sip:alice@example.com')
        .option('--registrar <SIP-URI>', 'Where to register; the domain of the user when left out.')
        .option('--expires <SEC>', 'How long the binding shall live.', wholeNumber(1, 4_294_967_295), 3600)
        .addOption(
          new Option(
            '--contact <SIP-URI>',
            'Contact to register; repeatable. The address of this command when left out.',
          ).argParser(repeated),
        )
        .option('--q <N>', 'Preference among the contacts of the user, 0 to 1.', preference)
        .option(
          '--count <N>',
          'End after so many registrations, refreshes among them; 0 keeps it refreshed until interrupted.',
          wholeNumber(0, 1_000_000),
          1,
        )
        .option('--unregister', 'Remove the binding at the end; otherwise it lives on until it expires.')
        .option('--instance <URN>', 'Name of this device, urn:uuid:...; the other two need it.')
        .option('--outbound', 'Ask to be reached over this connection (RFC 5626).')
        .option('--gruu', 'Ask for globally routable URIs (RFC 5627).'),
    ).action(async (text: string, flags: Flags) => {
      const { aor, registrar } = registrarOf(text, flags);
      if (flags.instance === undefined && (flags.outbound === true || flags.gruu === true))
        throw usageError('--outbound and --gruu need --instance urn:uuid:...');
      await withAgent({ target: registrar, flags }, io, async (tools) => {
        const registration = createRegistration(tools.agent, optionsOf({ aor, registrar }, flags, tools));
        const exitCode = await keepRegistered(registration, flags.count, tools);
        if (io.signal.aborted || (flags.unregister === true && exitCode === EXIT.ok))
          await remove(registration, tools);
        else registration.dispose();
        done(io.signal.aborted ? EXIT.interrupted : exitCode);
      });
    }),
};

function optionsOf(
  who: Pick<RegistrationOptions, 'aor' | 'registrar'>,
  flags: Flags,
  { outside }: AgentTools,
): RegistrationOptions {
  const { contact, q, instance } = flags;
  const rank = q === undefined ? {} : { q };
  const contacts = contact?.map((uri) => ({ uri: sipUri(uri).text, ...rank })) ?? [rank];
  return {
    ...who,
    contacts,
    expiresSec: flags.expires,
    headers: flags.header ?? [],
    ...(outside.nextHop === undefined ? {} : { proxies: [outside.nextHop] }),
    ...(outside.protocol === undefined ? {} : { protocol: outside.protocol }),
    ...(outside.from === undefined ? {} : { from: outside.from }),
    ...(instance === undefined ? {} : { instanceId: instance }),
    outbound: flags.outbound === true,
    gruu: flags.gruu === true,
  };
}

/** Who is interrupted does not wait long for a registrar that is silent. */
async function remove(registration: Registration, { clock, report }: AgentTools): Promise<void> {
  const never = new AbortController();
  const removed = registration.unregister().then((state) => {
    const isRefused =
      state.kind === 'unregistered' && state.result?.kind === 'response' && state.result.status >= 300;
    if (isRefused) report('unregistered', { text: 'the registrar refused it', tone: 'bad' });
    else report('unregistered', { text: '' });
  });
  await Promise.race([removed, pause(clock, GRACE_MS, never.signal)]);
}
