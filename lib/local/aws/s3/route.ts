import type { HttpRequest } from '../core/http-request.ts'
import type { Input } from '../core/input.ts'

export function routeS3(_http: HttpRequest): { action: string; input: Input } {
  return { action: 'Unknown', input: {} }
}
