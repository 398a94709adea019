import { Command } from 'commander';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { askRegistrar, registrarOf, type RegistrarFlags } from '../ask-registrar.ts';
import type { Subcommand } from '../subcommand.ts';
import { withAgent } from '../with-agent.ts';

/** `sipctl query AOR`: shows the bindings of a user. @rfc 3261 §10.2.3 */
export const queryCommand: Subcommand = {
  json: {
    bindings:
      'afterMs, text, status, reason, rttMs, bindings (contact, expiresSec, q, instance, regId, publicGruu of each)',
    refused: 'afterMs, text, outcome; of a response status, reason, rttMs',
  },
  examples: ['query sip:alice@127.0.0.1:5060 --user alice'],
  command: (io, done) =>
    withAgentOptions(
      new Command('query')
        .description(
          'Show where a user is registered: REGISTER without Contact. Exit 0 when the registrar says.',
        )
        .argument('<aor>', 'address of record, such as sip:alice@example.com')
        .option('--registrar <SIP-URI>', 'Whom to ask; the domain of the user when left out.'),
    ).action(async (text: string, flags: AgentFlags & RegistrarFlags) => {
      const { aor, registrar } = registrarOf(text, flags);
      done(
        await withAgent({ target: registrar, flags }, io, (tools) =>
          askRegistrar(tools, { aor, contacts: [] }),
        ),
      );
    }),
};
