// docs/CONFIGURATION.md, from the schema of a server.
const { SIPHOND_FIELDS } = await import('../../app/contract/server-fields.ts');
const { MODE_ALIASES, MODE_PURPOSES } = await import('../../app/contract/server-config.ts');

const code = (text) => `\`${text}\``;
const values = {
  boolean: () => 'true, false',
  choice: (f) => f.choices.map(code).join(', '),
  number: (f) => `${f.min} to ${f.max}${f.unit === undefined ? '' : ` ${f.unit}`}`,
  list: (f) => `${f.placeholder ?? 'text'}, repeatable`,
  text: (f) => f.placeholder ?? 'text',
};
const shown = (value) => (Array.isArray(value) ? value.join(', ') || 'none' : String(value) || '(empty)');

export function configurationPage() {
  const groups = [...new Set(SIPHOND_FIELDS.map((f) => f.group))].map((group) => {
    const rows = SIPHOND_FIELDS.filter((f) => f.group === group).map((f) => {
      const modes = f.modes === undefined ? '' : ` Mode ${f.modes.join(', ')}.`;
      return `| ${code(f.flag)} | ${code(f.key)} | ${values[f.kind](f)} | ${code(shown(f.default))} | ${f.description}${modes} |`;
    });
    return `## ${group}\n\n| flag | key | values | default | meaning |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  const modes = Object.entries(MODE_PURPOSES).map(([mode, { purpose }]) => {
    const aliases = Object.entries(MODE_ALIASES).filter(([, target]) => target === mode);
    return `| ${code(mode)} | ${aliases.map(([alias]) => code(alias)).join(', ') || '-'} | ${purpose} |`;
  });

  return `# Configuration

Generated from the schema by \`npm run docs\`; do not edit.

Every option is a flag of \`siphond\`, a key of its configuration file (\`--config FILE\`, YAML or JSON) and, but for the process's own, a field of the
workbench's form. Flags win over the file, the file over the environment, the environment over the defaults; \`siphond --print-config\` shows the outcome and each
value's origin. A list \`servers\` in the file starts several servers, each with options of its own. Booleans take \`--x\`, \`--no-x\` and \`--x=false\`.

Environment: \`SIPHON_ID_SEED\` makes every branch, tag and Call-ID repeatable; \`SIPHON_LOG\` sets the log level;
\`SIPHON_TLS12_ONLY=1\` is \`--tls-max 1.2\`.

Besides, on the command line only: \`--config FILE\`, \`--print-config\`, \`--explain\`, \`--prompt\` (decisions of the operator from standard input, mode interactive), \`--help\`,
\`--version\`.

Exit codes: 0 ended by a signal after a clean stop, 2 a wrong flag, file or value, 3 a port in use or an address that is not there.

## Modes

| mode | aliases | what it does |
|---|---|---|
${modes.join('\n')}

${groups.join('\n')}`;
}
