import type { KnipConfig } from 'knip'

/** What nothing reaches is dead: files, dependencies, exports. Commands start modules by name, which only this list tells. */
const config: KnipConfig = {
  entry: ['lib/local/cli/*.{ts,mjs}', 'lib/local/aws/main.ts', 'lib/local/torture/kills/victim.ts', 'lib/local/bench/scan-pass.ts', 'lib/local/test/read-sources-process.ts', 'lib/db/cli/*.ts', 'lib/catalog/cli/*.ts', 'lib/record/cli/*.ts', 'lib/record/verify/values-worker.ts', 'e2e/playwright.config.ts', 'e2e/*.setup.ts'],
  project: ['**/*.{ts,tsx,mjs}', '!lib/db/generated/**'],
  // Named in style sheets, and fonts loaded by their path.
  ignoreDependencies: ['tailwindcss', '@fontsource-variable/inter', '@fontsource/noto-emoji', '@fontsource/noto-sans', '@fontsource/noto-sans-arabic', '@fontsource/noto-sans-hebrew'],
  ignoreBinaries: ['apt-get', 'sha256sum', 'taskset'],
  ignoreExportsUsedInFile: true,
}
export default config
