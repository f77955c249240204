/** What a test wants to go wrong. A rule is used up after `times` calls; rules are tried in order. */
export type Fault = {
  /** `sts`, `iam`, …; every service when absent. */
  readonly service?: string
  readonly action?: string
  times: number
  readonly kind: 'error' | 'html' | 'drop'
  readonly code?: string
  readonly message?: string
  readonly status?: number
}

export type FaultRules = {
  add(fault: Fault): void
  take(service: string, action: string): Fault | undefined
  clear(): void
}

export function createFaultRules(): FaultRules {
  let rules: Fault[] = []
  return {
    add: (fault) => {
      rules.push({ ...fault })
    },
    take: (service, action) => {
      const hit = rules.find((rule) => (rule.service ?? service) === service && (rule.action ?? action) === action)
      if (hit) hit.times -= 1
      rules = rules.filter((rule) => rule.times > 0)
      return hit
    },
    clear: () => {
      rules = []
    },
  }
}
