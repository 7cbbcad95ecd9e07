import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const bareError = {
  selector: "ThrowStatement > NewExpression[callee.name='Error']",
  message: 'Throw a coded error made by a named function (docs/ERRORS.md).',
};
const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Read the environment in src/config only.',
};
const exit = {
  selector: "MemberExpression[object.name='process'][property.name='exit']",
  message: 'Only src/cli.ts ends the process.',
};
const size = { skipBlankLines: true, skipComments: true };

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'cutover-demo', 'examples', '**/*.js'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, ...size }],
      'max-lines-per-function': ['error', { max: 50, ...size }],
      'max-params': ['error', 3],
      complexity: ['error', 10],
      'no-console': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-syntax': ['error', bareError, environment, exit],
    },
  },
  { files: ['src/standin/ttc/**', 'src/postgres/encode/**'], rules: { complexity: ['error', 20] } },
  { files: ['src/config/**'], rules: { 'no-restricted-syntax': ['error', bareError, exit] } },
  { files: ['src/cli.ts'], rules: { 'no-restricted-syntax': ['error', bareError, environment], 'no-console': 'off' } },
  { files: ['src/{commands,terminal,app}/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 500, ...size }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['eslint.config.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  prettier,
);
