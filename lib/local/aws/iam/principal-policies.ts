import { limitExceeded, noSuchEntity } from '../core/errors.ts'
import { requiredText } from '../core/input.ts'
import type { Call, Operation } from '../core/operation.ts'
import { managedPolicyDocument } from './managed-policies.ts'
import { checkedPolicy, compactLength } from '../core/policy-text.ts'
import { find, iamOf, newName, on, type Kind } from './lookup.ts'
import { page } from './paging.ts'
import { attachedShape, encoded } from './shapes.ts'

/** All inline policies of one holder together. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const inlineLimit = { Role: 10_240, User: 2048 } as const

export function requireBoundary(call: Call, arn: string | undefined): string | undefined {
  if (arn !== undefined) requirePolicy(call, arn)
  return arn
}

function requirePolicy(call: Call, arn: string): void {
  if (managedPolicyDocument(arn) === undefined && !iamOf(call).policies[arn]) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  }
}

function putInline(kind: Kind): Operation {
  return {
    readOnly: false,
    access: on(kind, 'boundary-it-has'),
    run: (call) => {
      const holder = find(call, kind)
      const name = newName(call, 'PolicyName', 128)
      const document = checkedPolicy(requiredText(call.input, 'PolicyDocument'), 'identity', Infinity)
      const others = Object.entries(holder.inline).filter(([other]) => other !== name)
      const total = others.reduce((sum, [, text]) => sum + compactLength(text), compactLength(document))
      if (total > inlineLimit[kind]) {
        throw limitExceeded(`Maximum policy size of ${inlineLimit[kind]} bytes exceeded for ${kind.toLowerCase()} ${holder.name}`)
      }
      holder.inline[name] = document
      return {}
    },
  }
}

const inlineAsked = (call: Call, kind: Kind) => {
  const holder = find(call, kind)
  const name = requiredText(call.input, 'PolicyName')
  const document = holder.inline[name]
  if (document === undefined) throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`)
  return { holder, name, document }
}

const inlineOperations = (kind: Kind): Record<string, Operation> => ({
  [`Put${kind}Policy`]: putInline(kind),
  [`Get${kind}Policy`]: {
    readOnly: true,
    access: on(kind),
    run: (call) => {
      const { holder, name, document } = inlineAsked(call, kind)
      return { output: { [`${kind}Name`]: holder.name, PolicyName: name, PolicyDocument: encoded(document) } }
    },
  },
  [`Delete${kind}Policy`]: {
    readOnly: false,
    access: on(kind, 'boundary-it-has'),
    run: (call) => {
      const { holder, name } = inlineAsked(call, kind)
      delete holder.inline[name]
      return {}
    },
  },
  [`List${kind}Policies`]: {
    readOnly: true,
    access: on(kind),
    run: (call) => {
      const { items, ...rest } = page(call.input, Object.keys(find(call, kind).inline), (name) => name)
      return { output: { PolicyNames: items, ...rest } }
    },
  },
})

const attachedOperations = (kind: Kind): Record<string, Operation> => ({
  [`Attach${kind}Policy`]: {
    readOnly: false,
    access: on(kind, 'boundary-it-has', 'policy'),
    run: (call) => {
      const holder = find(call, kind)
      const arn = requiredText(call.input, 'PolicyArn')
      requirePolicy(call, arn)
      if (!holder.attached.includes(arn)) {
        if (holder.attached.length >= 10) throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: 10`)
        holder.attached.push(arn)
      }
      return {}
    },
  },
  [`Detach${kind}Policy`]: {
    readOnly: false,
    access: on(kind, 'boundary-it-has', 'policy'),
    run: (call) => {
      const holder = find(call, kind)
      const arn = requiredText(call.input, 'PolicyArn')
      if (!holder.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`)
      holder.attached = holder.attached.filter((attached) => attached !== arn)
      return {}
    },
  },
  [`ListAttached${kind}Policies`]: {
    readOnly: true,
    access: on(kind),
    run: (call) => {
      const { items, ...rest } = page(call.input, find(call, kind).attached, (arn) => arn)
      return { output: { AttachedPolicies: items.map(attachedShape), ...rest } }
    },
  },
})

const boundaryOperations = (kind: Kind): Record<string, Operation> => ({
  [`Put${kind}PermissionsBoundary`]: {
    readOnly: false,
    access: on(kind, 'boundary-asked'),
    run: (call) => {
      find(call, kind).boundary = requireBoundary(call, requiredText(call.input, 'PermissionsBoundary'))
      return {}
    },
  },
  [`Delete${kind}PermissionsBoundary`]: {
    readOnly: false,
    access: on(kind, 'boundary-it-has'),
    run: (call) => {
      const holder = find(call, kind)
      if (holder.boundary === undefined) throw noSuchEntity(`The ${kind.toLowerCase()} ${holder.name} has no permissions boundary.`)
      delete holder.boundary
      return {}
    },
  },
})

export const principalPolicyOperations = (kind: Kind): Record<string, Operation> => ({
  ...inlineOperations(kind),
  ...attachedOperations(kind),
  ...boundaryOperations(kind),
})
