import { Command, Option } from 'commander';
import type { HeaderLine } from '../../../stack/agent/header-line.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { askRegistrar, registrarOf, type RegistrarFlags } from '../ask-registrar.ts';
import { repeated, type Subcommand } from '../subcommand.ts';
import { sipUri } from '../target.ts';
import { withAgent } from '../with-agent.ts';
import { queryCommand } from './query.ts';

interface Flags extends AgentFlags, RegistrarFlags {
  readonly contact?: readonly string[];
}

const EXPIRED: HeaderLine = ['Expires', '0'];

/** `sipctl unregister AOR`: removes bindings, all of them unless some are named. @rfc 3261 §10.2.2 */
export const unregisterCommand: Subcommand = {
  json: { ...queryCommand.json },
  examples: [
    'unregister sip:alice@127.0.0.1:5060 --user alice',
    'unregister sip:alice@127.0.0.1:5060 --contact sip:alice@127.0.0.1:5070',
  ],
  command: (io, done) =>
    withAgentOptions(
      new Command('unregister')
        .description(
          'Remove the bindings of a user, and show what is left. Exit 0 when the registrar did it.',
        )
        .argument('<aor>', 'address of record, such as sip:alice@example.com')
        .option('--registrar <SIP-URI>', 'Whom to tell; the domain of the user when left out.')
        .addOption(
          new Option(
            '--contact <SIP-URI>',
            'Contact to remove; repeatable. Every binding of the user when left out.',
          ).argParser(repeated),
        ),
    ).action(async (text: string, flags: Flags) => {
      const { aor, registrar } = registrarOf(text, flags);
      const named = flags.contact?.map((uri): HeaderLine => ['Contact', `<${sipUri(uri).text}>;expires=0`]);
      const contacts: readonly HeaderLine[] = [...(named ?? [['Contact', '*'] as const]), EXPIRED];
      done(
        await withAgent({ target: registrar, flags }, io, (tools) => askRegistrar(tools, { aor, contacts })),
      );
    }),
};
