import { defineConfig } from 'prisma/config'

// `prisma generate` looks for a native schema engine it never runs. Where its download is forbidden, any existing file satisfies it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})
