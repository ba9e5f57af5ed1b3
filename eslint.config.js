import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: [...resolveIgnoresFromGitignore(), '**/dist/**'] },
  ...neostandard({ ts: true, noJsx: true }),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.tests.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An async host verifier accepts every host; a dropped promise loses a failure.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // A const object and a type of the same name stand for an enum.
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
    }
  },
  {
    files: ['packages/domain/src/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@rekey/*', 'node:fs*', 'node:child_process', 'node:http*', 'node:tls'], message: 'domain is pure: no I/O, and it stands on nothing of ours' }] }] }
  },
  {
    files: ['packages/inventory/src/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^(@rekey/(?!domain$)|node:(fs|child_process|https?|tls|net|os|process)\\b)', message: 'inventory is pure: it reads text, and files through a function that it is handed' }] }] }
  },
  {
    files: ['packages/rotation/src/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^@rekey/(?!domain$)', message: 'rotation states the interfaces that it needs; adapters implement them' }] }] }
  }
)
