import type { Service } from '../core/operation.ts'
import { stsService } from '../sts/service.ts'

/** By the name in the credential scope. */
export const services: ReadonlyMap<string, Service> = new Map([stsService].map((service) => [service.name, service]))
