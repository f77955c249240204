import path from 'node:path'
import { PlainError } from '../stack/plain-error.ts'

/** `--reset` is the only word there is. */
export function readArguments(args: readonly string[]): { reset: boolean } {
  const unknown = args.find((word) => word !== '--reset')
  if (unknown !== undefined) throw new PlainError(`"${unknown}" is not known here. There is only --reset, which starts over: npm run demo -- --reset`)
  return { reset: args.includes('--reset') }
}

/** The folder of the copy on `port`: no two ports share one. */
export const folderOf = (base: string | undefined, port: number): string => path.resolve(base === undefined || base === '' ? '.data' : base, `demo-${port}`)
