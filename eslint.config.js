import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

const timeAndChance = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Date',
  'performance',
  'crypto',
].map((name) => ({ name, message: 'inject Clock or Ids' }));
const nodeGlobals = {
  setInterval: 'readonly',
  clearInterval: 'readonly',
  setTimeout: 'readonly',
  setImmediate: 'readonly',
  clearTimeout: 'readonly',
  process: 'readonly',
  console: 'readonly',
  performance: 'readonly',
  URL: 'readonly',
  Buffer: 'readonly',
};

export default defineConfig(
  { ignores: ['dist/**', 'release/**', 'node_modules/**', 'coverage/**', 'test-results/**'] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      'max-lines': ['error', { max: 400, skipComments: true, skipBlankLines: true }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-console': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
  {
    // Protocol code takes its time from Clock and its chance from Ids.
    files: ['stack/**/*.ts', 'scenarios/**/*.ts'],
    ignores: ['**/*.test.ts', 'stack/*/node/**'],
    rules: {
      'no-restricted-globals': ['error', ...timeAndChance],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'inject Ids' },
        { object: 'Date', property: 'now', message: 'inject Clock' },
      ],
    },
  },
  {
    // Node 20 has no global WebSocket although its types say so.
    files: ['app/**/*.ts', 'main/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', 'WebSocket'] },
  },
  { files: ['app/rpc/*-browser.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [hooks.configs.flat.recommended],
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ignores: ['renderer/backend/**'],
    rules: { 'no-restricted-globals': ['error', 'fetch', 'WebSocket'] },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: { ...nodeGlobals, BroadcastChannel: 'readonly', module: 'writable' } },
  },
  {
    // CommonJS has no other way to import.
    files: ['**/*.cjs'],
    languageOptions: { globals: { require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['*.config.{ts,js}', '**/*.d.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
);
