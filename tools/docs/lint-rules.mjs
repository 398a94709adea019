// docs/LINT-RULES.md, from the table of rules.
const { RULES } = await import('../../stack/lint/rules.ts');

/** What the letter of an id stands for, in the order of the page. */
const GROUPS = {
  D: 'Dialogs',
  T: 'Transactions and proxies',
  A: 'Addresses and hops',
  S: 'Authentication',
  O: 'Offers, answers and media',
  E: 'Subscriptions and transfers',
  R: 'Session timers and reliable provisional responses',
  G: 'Headers of every message',
};

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
const numberOf = ({ id }) => Number(id.slice(1));

export function lintRulesPage() {
  const groups = Object.entries(GROUPS).map(([letter, title]) => {
    const rows = RULES.filter(({ id }) => id.startsWith(letter))
      .sort((a, b) => numberOf(a) - numberOf(b))
      .map(
        (rule) =>
          `| ${rule.id} | ${rule.severity} | ${cell(rule.title)} | ${cell(rule.rfc)} | ${cell(rule.advice)} |`,
      );
    return `## ${title}\n\n| rule | severity | what it asks for | where | what to do |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  const strays = RULES.filter(({ id }) => !(id.charAt(0) in GROUPS));
  if (strays.length > 0) throw new Error(`no group for the rules ${strays.map(({ id }) => id).join(', ')}`);

  return `# Conformance rules

Generated from \`stack/lint/rules.ts\` by \`npm run docs\`; do not edit.

The workbench judges the traffic of each server by these ${RULES.length} rules while it is recorded. A message with findings is marked in the ladder; the inspector
says what is wrong, by which rule, whose mistake it is, and marks the octets. The severity below is the usual one: a rule may call a lesser case a warning. What needs
to be known besides the traffic, such as a password, leaves its rule silent where it is not. Our own stack is held to the same rules by its tests.

${groups.join('\n')}`;
}
