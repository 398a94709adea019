// docs/SIPCTL.md, from the subcommands as commander knows them.
const { Command } = await import('commander');
const { allSubcommands } = await import('../../app/cli/sipctl.ts');
const subcommands = await allSubcommands();
const { withAgentOptions } = await import('../../app/cli/agent-flags.ts');
const { withApiOptions } = await import('../../app/cli/api-client.ts');

/** Options that several subcommands share, told once. */
const SHARED = [
  {
    title: 'Options of commands that send requests',
    link: 'options-of-commands-that-send-requests',
    options: withAgentOptions(new Command()).options,
  },
  {
    title: 'Options of commands that ask a running server',
    link: 'options-of-commands-that-ask-a-running-server',
    options: withApiOptions(new Command()).options,
  },
];

const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
const cell = (text) =>
  text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;').replaceAll('\n', ' ');
const keyOf = ({ flags, description }) => `${flags} ${description}`;

function optionRow({ flags, description, defaultValue, argChoices }) {
  const choices = argChoices === undefined ? '' : ` One of ${argChoices.join(', ')}.`;
  const isShown = defaultValue !== undefined && defaultValue !== '' && typeof defaultValue !== 'object';
  return `| ${code(flags)} | ${isShown ? code(String(defaultValue)) : '-'} | ${cell(description)}${choices} |`;
}

const optionTable = (options) =>
  options.length === 0
    ? ''
    : `| option | default | meaning |\n|---|---|---|\n${options.map(optionRow).join('\n')}\n`;

/** `<aor>`, `[file]`, `[words...]` */
function argumentText(argument) {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function section(subcommand) {
  const command = subcommand.command({}, () => undefined);
  const shown = command.options.filter(({ hidden }) => !hidden);
  const shared = SHARED.filter(({ options }) =>
    options.every((o) => shown.some((s) => keyOf(s) === keyOf(o))),
  );
  const own = shown.filter((o) => !shared.some(({ options }) => options.some((s) => keyOf(s) === keyOf(o))));
  const usage = [
    'sipctl',
    command.name(),
    '[options]',
    ...command.registeredArguments.map(argumentText),
  ].join(' ');
  const args = command.registeredArguments.map((a) => `- ${code(argumentText(a))}: ${cell(a.description)}`);
  const json = Object.entries(subcommand.json ?? {}).map(
    ([event, fields]) => `- ${code(event)}: ${cell(fields)}`,
  );
  return [
    `## ${command.name()}`,
    `${code(usage)}`,
    cell(command.description()),
    args.join('\n'),
    optionTable(own).trimEnd(),
    shared
      .map(({ title, link }) => `And the [${title.charAt(0).toLowerCase()}${title.slice(1)}](#${link}).`)
      .join(' '),
    json.length === 0 ? '' : `Lines of \`--json\`, by their event:\n\n${json.join('\n')}`,
    `\`\`\`\n${subcommand.examples.map((example) => `sipctl ${example}`).join('\n')}\n\`\`\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function sipctlPage() {
  return `# sipctl

Generated from the commands by \`npm run docs\`; do not edit. \`sipctl COMMAND --help\` shows the same.

Every command ends with one of these exit codes; its description says what 0 or 1 means for it.

| exit code | meaning |
|---|---|
| 0 | yes: it got what it asked for |
| 1 | a negative answer, a finding, or no answer |
| 2 | usage: a wrong option, argument or file |
| 3 | environment: an address that cannot be bound or found, a connection that is refused |
| 130 | interrupted by Ctrl+C |

Output is coloured on a terminal only, and never with \`NO_COLOR\`. \`SIPHON_ID_SEED\` makes branches, tags and Call-IDs repeatable, \`SIPCTL_PASSWORD\` and
\`SIPCTL_TOKEN\` keep secrets out of the command line.

${subcommands.map(section).join('\n\n')}

${SHARED.map(({ title, options }) => `## ${title}\n\n${optionTable(options)}`).join('\n')}`;
}
