import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { copiesOf, environmentOf, readStages, valuesOf } from './dockerfile.ts'

const stages = readStages(readFileSync('Dockerfile', 'utf8'))
const runtime = stages.at(-1)!

test('the image is built in stages, on the Node.js that the lock file pins, and the last one installs and builds nothing', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  expect(stages.map(({ name }) => name)).toEqual(['dependencies', 'build', 'runtime'])
  for (const name of ['dependencies', 'runtime']) expect(stages.find((stage) => stage.name === name)?.from).toBe(`node:${dependencies.node}-bookworm-slim`)
  expect(valuesOf(stages[0]!, 'RUN')[0]).toMatch(/^npm ci /)
  expect(valuesOf(runtime, 'RUN').join()).not.toMatch(/npm|npx|apt/)
  expect(copiesOf(runtime).every(({ from }) => from === 'build')).toBe(true)
  expect(existsSync('public'), 'a folder "public" needs a COPY of its own').toBe(copiesOf(runtime).some(({ source }) => source === '/app/public'))
})

test('the image runs as a user without a name or rights, is stopped by SIGTERM, checks itself, and carries no secret', () => {
  expect(valuesOf(runtime, 'USER')).toEqual(['65532:65532'])
  const written = runtime.instructions.map(({ word }) => word)
  expect(written.indexOf('USER')).toBeLessThan(written.indexOf('CMD'))
  expect(valuesOf(runtime, 'STOPSIGNAL')).toEqual(['SIGTERM'])
  expect(valuesOf(runtime, 'HEALTHCHECK')[0]).toContain('/api/health/live')
  for (const stage of stages) {
    expect(valuesOf(stage, 'ARG')).toEqual([])
    for (const name of Object.keys(environmentOf(stage))) expect(name).not.toMatch(/KEY|SECRET|TOKEN|PASSWORD|URL/)
  }
  const ignored = readFileSync('.dockerignore', 'utf8').split('\n')
  for (const name of ['node_modules', '.git', '.data', '.env', '*.pem']) expect(ignored).toContain(name)
})

const hardened = z.looseObject({
  read_only: z.literal(true),
  user: z.literal('65532:65532'),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.array(z.string()).refine((options) => options.includes('no-new-privileges:true')),
  tmpfs: z.array(z.string()),
  stop_grace_period: z.literal('30s'),
  environment: z.record(z.string(), z.string()),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })),
})

test('the compose file starts PostgreSQL, then migrates, then serves, each hardened, and only the step before knows the owner', () => {
  const { services, volumes, secrets } = z
    .object({
      services: z.object({ postgres: z.looseObject({ image: z.string(), healthcheck: z.looseObject({}) }), migrate: hardened, app: hardened, worker: hardened }),
      volumes: z.record(z.string(), z.unknown()),
      secrets: z.record(z.string(), z.unknown()),
    })
    .loose()
    .parse(parse(readFileSync('compose.yaml', 'utf8'), { merge: true }))
  expect(services.postgres.image).toBe('postgres:18')
  expect(services.migrate.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  expect(services.migrate).toMatchObject({ command: ['node', 'app/_server/migrate.ts'], restart: 'no' })
  for (const service of [services.app, services.worker]) {
    expect(service.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } })
    expect(JSON.stringify(service)).not.toContain('OWNER')
    expect(service.environment.RECORD_CHECKPOINT_FILE).toMatch(/^\/var\/lib\/latchkey\//)
    for (const volume of service.volumes as string[]) if (!volume.startsWith('.')) expect(Object.keys(volumes)).toContain(volume.split(':')[0])
    for (const secret of service.secrets as string[]) expect(Object.keys(secrets)).toContain(secret)
  }
  expect(services.app.ports).toEqual(['127.0.0.1:3000:3000'])
  expect(services.worker.environment.LATCHKEY_WORKER).toBe('on')
})

const container = z.looseObject({
  image: z.string(),
  securityContext: z.object({ readOnlyRootFilesystem: z.literal(true), allowPrivilegeEscalation: z.literal(false), capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }) }),
})
const podSpec = z.looseObject({
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(65532), seccompProfile: z.object({ type: z.literal('RuntimeDefault') }) }),
  containers: z.tuple([container]),
})

test('the manifests of the Kubernetes guide are hardened, probed, given time to stop, and migrate as a job of their own', () => {
  const guide = readFileSync('app/_server/guides/kubernetes.md', 'utf8')
  const documents = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap((block) => parseAllDocuments(block[1] ?? '').map((document) => document.toJS() as { kind: string; metadata: { name: string }; spec: { template?: { spec: unknown } } }))
  expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Job latchkey-migrate', 'Deployment latchkey', 'Deployment latchkey-worker', 'PersistentVolumeClaim latchkey-checkpoints', 'Service latchkey', 'PodDisruptionBudget latchkey'])
  const pods = documents.flatMap(({ kind, spec }) => (spec.template ? [{ kind, pod: podSpec.parse(spec.template.spec) }] : []))
  expect(pods).toHaveLength(3)
  for (const { kind, pod } of pods) {
    const variables = JSON.stringify(pod.containers[0])
    if (kind === 'Job') {
      expect(pod.containers[0].command).toEqual(['node', 'app/_server/migrate.ts'])
      continue
    }
    expect(pod.terminationGracePeriodSeconds).toBe(30)
    expect(pod.containers[0]).toMatchObject({ livenessProbe: { httpGet: { path: '/api/health/live' } }, readinessProbe: { httpGet: { path: '/api/health/ready' } } })
    expect(variables).not.toContain('DATABASE_MIGRATION_URL')
  }
})
