import { defineConfig } from 'oxlint'
import { forbiddenImports, rooms } from './lib/rooms.ts'

const shipping = ['app/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}', 'lib/**/*.ts', 'proxy.ts', 'instrumentation.ts', 'instrumentation-client.ts']
const notShipping = ['**/*.test.ts', 'lib/local/**', 'e2e/**', '*.config.ts']

const restrict = (place: string, depth?: number): ['error', { patterns: ReturnType<typeof forbiddenImports> }] => [
  'error',
  { patterns: forbiddenImports(place, depth) },
]

export default defineConfig({
  plugins: ['typescript', 'react', 'nextjs', 'import', 'unicorn', 'oxc', 'vitest', 'jsx-a11y', 'promise', 'node'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['lib/db/generated/**', '.next/**', '.data/**', 'next-env.d.ts', 'public/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default': 'off',
    'react/react-in-jsx-scope': 'off',
    'no-shadow': 'off',
    'import/no-named-as-default-member': 'off',
    'no-unmodified-loop-condition': 'off',
    'react/no-array-index-key': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'promise/always-return': 'off',
    'promise/no-promise-in-callback': 'off',
    'promise/no-multiple-resolved': 'off',
    'vitest/no-conditional-tests': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/require-mock-type-parameters': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'off',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'off',
    'no-console': 'error',
  },
  overrides: [
    { files: shipping, rules: { 'node/no-process-env': 'error', 'no-restricted-imports': restrict('app') } },
    { files: ['app/**/*.{ts,tsx}', 'lib/**/*.ts', 'proxy.ts', 'instrumentation.ts'], rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'Call out through lib/config/outgoing.ts.' }] } },
    // Its address is configuration alone, and may be private: an endpoint of AWS in a VPC.
    { files: ['lib/aws/console-link.ts'], rules: { 'no-restricted-globals': 'off' } },
    {
      files: ['components/**/*.{ts,tsx}'],
      rules: {
        'no-restricted-imports': restrict('components'),
        // Exact times, whole account numbers and sideways-scrolling tables must be reachable by keyboard (DESIGN: Manners).
        'jsx-a11y/no-noninteractive-tabindex': 'off',
        // `svg role="img"` and live regions have no tag that means the same.
        'jsx-a11y/prefer-tag-over-role': 'off',
        // Needed as soon as Next.js has generated its route types, unnecessary until then.
        'typescript/no-unnecessary-type-assertion': 'off',
      },
    },
    ...rooms.flatMap((room) =>
      [1, 2, 3].map((depth) => ({
        files: [`lib/${room.name}/${'*/'.repeat(depth - 1)}*.ts`],
        rules: { 'no-restricted-imports': restrict(room.name, depth) },
      })),
    ),
    { files: ['lib/config/**', 'instrumentation.ts'], rules: { 'node/no-process-env': 'off' } },
    { files: notShipping, rules: { 'node/no-process-env': 'off', 'no-restricted-imports': 'off', 'no-restricted-globals': 'off', 'no-console': 'off' } },
    { files: ['lib/jobs/worker.ts', 'lib/db/migrate.ts', 'lib/*/cli/**'], rules: { 'no-console': 'off' } },
  ],
})
