import { malformedPolicy } from './errors.ts'

export function checkedPolicy(text: string, _kind: string): string {
  try {
    JSON.parse(text)
  } catch {
    throw malformedPolicy('This policy contains invalid Json')
  }
  return text
}
