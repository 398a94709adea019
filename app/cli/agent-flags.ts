import { type Command, InvalidArgumentError, Option } from 'commander';
import type { HeaderLine } from '../../stack/agent/header-line.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { repeated } from './subcommand.ts';
import { CLI_PROTOCOLS } from './target.ts';

/** Options of every subcommand that sends requests as a user agent. */
export interface AgentFlags {
  readonly transport?: string;
  readonly proxy?: string;
  readonly dnsServer?: readonly string[];
  readonly from?: string;
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly header?: readonly HeaderLine[];
  readonly json?: boolean;
}

/** `Name: value`, as it goes on the wire. A line end would make a second header of it. */
export function headerLine(text: string): HeaderLine {
  const [, name, value] = /^([A-Za-z0-9\-.!%*_+`'~]+)\s*:\s*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("expected one header line, such as 'Subject: lunch'");
  return [name, encodeText(value)];
}

export const transportOption = (): Option =>
  new Option('--transport <NAME>', 'Transport to use; the URI may say it too.').choices(CLI_PROTOCOLS);

export const dnsOption = (): Option =>
  new Option(
    '--dns-server <HOST:PORT>',
    'Name server to ask in place of those of this machine; repeatable.',
  ).argParser(repeated);

/** Options of every command that answers challenges. */
export const credentialOptions = (): readonly Option[] => [
  new Option('--user <NAME>', 'User name for digest authentication.'),
  new Option(
    '--password <TEXT>',
    'Its password. Others on this machine can read command lines: the variable SIPCTL_PASSWORD, --password-file, or the question asked without any of them keep it to yourself.',
  ),
  new Option('--password-file <FILE>', 'File whose first line is the password.'),
];

/** Declares {@link AgentFlags}. */
export function withAgentOptions(command: Command): Command {
  command
    .addOption(transportOption())
    .option('--proxy <SIP-URI>', 'Send everything through this proxy (a Route header says so).')
    .addOption(dnsOption())
    .option('--from <SIP-URI>', 'Who asks.');
  for (const option of credentialOptions()) command.addOption(option);
  return command
    .addOption(
      new Option('--header <LINE>', "Further header line, 'Name: value'; repeatable.").argParser(
        (text: string, earlier: readonly HeaderLine[] | undefined) => [...(earlier ?? []), headerLine(text)],
      ),
    )
    .option('--json', 'Print one JSON object a line.');
}
