/** Who may import whom (docs/ARCHITECTURE.md). Type-only imports count. A new folder must declare its place under `allowed`. */

const isTest = '\\.test\\.tsx?$';

/** The layers of stack/, lowest first: a layer may import itself and what stands before it. */
const layers = [
  'core',
  'message',
  'sdp',
  'compare',
  'auth',
  'resolver',
  'transport',
  'lint',
  'transaction',
  'dialog',
  'agent',
  'events',
  'registrar',
  'proxy',
  'b2bua',
  'server',
];
const stackLayers = layers.slice(0, -1).map((layer, i) => ({
  name: `stack-${layer}-points-down`,
  severity: 'error',
  from: { path: `^stack/${layer}/`, pathNot: isTest },
  to: { path: `^stack/(${layers.slice(i + 1).join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...stackLayers,
    {
      name: 'stack-is-pure',
      severity: 'error',
      // XML is read by a library without dependencies; what talks to the world outside has its own folder and its own libraries.
      from: { path: '^stack/(?!testing/)', pathNot: `/node/|${isTest}` },
      to: { pathNot: '^stack/|(^|/)node_modules/saxes/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'node-modules-only-in-node-folders',
      severity: 'error',
      from: { path: '^stack/', pathNot: `^stack/(core|auth|resolver|transport|interop)/node/|${isTest}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'stack-code-does-not-use-its-test-kit',
      severity: 'error',
      from: {
        path: '^(stack/(?!testing/|interop/)|app/(?!servers/testing/)|main/|renderer/)',
        pathNot: isTest,
      },
      to: { path: '^(stack/(testing|interop)|app/servers/testing)/' },
    },
    {
      name: 'scenario-schema-imports-zod-only',
      severity: 'error',
      from: { path: '^scenarios/schema/', pathNot: isTest },
      to: { pathNot: '^scenarios/schema/|(^|/)node_modules/zod/' },
    },
    {
      name: 'scenario-engine-is-pure',
      severity: 'error',
      from: { path: '^scenarios/(engine|report|golden|traffic|replay)/', pathNot: isTest },
      to: {
        pathNot:
          '^(stack/(?!.*/node/)|scenarios/(schema|engine|report|golden|traffic|replay)/)|(^|/)node_modules/(zod|yaml|@marcbachmann|fastest-levenshtein)/',
      },
    },
    {
      name: 'scenario-load-is-pure',
      severity: 'error',
      from: { path: '^scenarios/load/', pathNot: isTest },
      to: { pathNot: '^(stack/(?!.*/node/)|scenarios/(schema|engine|load)/)' },
    },
    {
      name: 'scenario-language-is-pure',
      severity: 'error',
      from: { path: '^scenarios/language/', pathNot: isTest },
      to: {
        pathNot: '^(stack/(?!.*/node/)|scenarios/(schema|engine|language)/)|(^|/)node_modules/(zod|yaml)/',
      },
    },
    {
      name: 'scenario-sipp-is-pure',
      severity: 'error',
      from: { path: '^scenarios/sipp/', pathNot: isTest },
      to: {
        pathNot: '^(stack/(?!.*/node/)|scenarios/(schema|engine|sipp)/)|(^|/)node_modules/(saxes|yaml)/',
      },
    },
    {
      name: 'scenarios-know-no-application',
      severity: 'error',
      from: { path: '^scenarios/', pathNot: isTest },
      to: { path: '^(app|main|renderer|e2e)/' },
    },
    {
      name: 'capture-decoder-is-pure',
      severity: 'error',
      from: { path: '^app/capture/', pathNot: isTest },
      to: {
        pathNot: '^app/capture/|^stack/(core|transport)/(?!.*/node/|node/)',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'contract-imports-zod-only',
      severity: 'error',
      from: { path: '^app/contract/', pathNot: isTest },
      to: { pathNot: '^app/contract/|(^|/)node_modules/zod/' },
    },
    {
      name: 'rpc-imports-contract-only',
      severity: 'error',
      from: { path: '^app/rpc/', pathNot: isTest },
      to: {
        pathNot: '^app/(contract|rpc)/|(^|/)node_modules/(ws|@types/ws|zod)/',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'renderer-sees-only-contract-and-rpc',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|stack|e2e|scenarios/(?!schema/))|^app/(?!contract/|rpc/)' },
    },
    {
      name: 'renderer-runs-in-a-browser',
      severity: 'error',
      from: { path: '^renderer/', pathNot: isTest },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'features-via-index',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/([^/]+)/(?!index\\.tsx?$)', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'ui-knows-no-feature',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^renderer/(features|backend)/' },
    },
    {
      name: 'electron-only-in-main',
      severity: 'error',
      from: { pathNot: '^(main|e2e)/' },
      to: { path: '(^|node_modules/)electron($|/)' },
    },
    {
      name: 'app-never-imports-shells',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(main|renderer|e2e)/' },
    },
    {
      name: 'services-know-no-face',
      severity: 'error',
      from: { path: '^app/(services|servers)/', pathNot: isTest },
      to: { path: '^app/(daemon|cli)/' },
    },
    {
      name: 'e2e-drives-from-outside',
      severity: 'error',
      from: { path: '^e2e/' },
      to: { path: '^(stack|main|renderer|app/(?!contract/))' },
    },
  ],
  allowed: [
    {
      from: {
        path: '^(stack/(core|message|sdp|compare|auth|resolver|transport|lint|transaction|dialog|agent|events|registrar|proxy|b2bua|server|testing|interop)|app/(contract|rpc|capture|services|servers|load|daemon|cli)|scenarios/(schema|engine|language|load|report|golden|sipp|traffic|replay|library|regress|testing)|main|renderer/(backend|commands|testing|features/[^/]+|ui)|e2e/(specs|interop|pages|fixtures))/',
      },
      to: {},
    },
    { from: { path: '^(renderer/(app|main)\\.tsx|app/workbench(\\.test)?\\.ts)$' }, to: {} },
    { from: { path: '(^|/)node_modules/' }, to: {} },
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.depcruise.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts'],
    },
  },
};
