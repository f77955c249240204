import path from 'node:path'
import { personas } from '../oidc/personas.ts'
import type { Stack } from '../stack/start-stack.ts'

/** The calm last screen of a start: where to go, as whom, and how to stop. */
export function welcome({ stack, dataDir }: { stack: Stack; dataDir: string }): string {
  const people = personas.map(({ name, about }) => `    ${name.padEnd(14)} ${about}`)
  return [
    '',
    `  Latchkey is running at  ${stack.publicUrl}`,
    '',
    '  Sign in as any of these; there are no passwords:',
    ...people,
    '',
    `  Local AWS   AWS_ENDPOINT_URL=${stack.aws.url} aws sts get-caller-identity`,
    '              with credentials that the portal gives you (older CLIs: --endpoint-url)',
    `  Data        ${path.relative(process.cwd(), dataDir) || dataDir}   (npm run demo -- --reset starts over)`,
    '  Stop        Ctrl-C',
    '',
  ].join('\n')
}
