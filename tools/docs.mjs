// Writes the generated pages of docs/; `--check` fails when one in the repository is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

register('./ts-load-hook.mjs', import.meta.url);
const { configurationPage } = await import('./docs/configuration.mjs');
const { rfcCoveragePage } = await import('./docs/rfc-coverage.mjs');
const { featuresPage } = await import('./docs/features.mjs');
const { lintRulesPage } = await import('./docs/lint-rules.mjs');
const { sipctlPage } = await import('./docs/sipctl.mjs');
const { apiPage } = await import('./docs/api.mjs');
const { scenariosPage } = await import('./docs/scenarios.mjs');

const pages = {
  'CONFIGURATION.md': configurationPage,
  'RFC-COVERAGE.md': rfcCoveragePage,
  'FEATURES.md': featuresPage,
  'LINT-RULES.md': lintRulesPage,
  'SIPCTL.md': sipctlPage,
  'API.md': apiPage,
  'SCENARIOS.md': scenariosPage,
};

for (const [name, page] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
  const text = page();
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${name} is stale: run \`npm run docs\``);
    process.exitCode = 1;
  }
}
