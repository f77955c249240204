import { compileConditions } from './conditions.ts'
import type { CompiledCondition } from './conditions.ts'
import { asList } from './document.ts'
import type { OneOrMany, PolicyDocument, PolicyVersion, PrincipalElement, Statement } from './document.ts'
import { compileActionPattern, matchesWildcard } from './match.ts'
import type { Wildcard } from './match.ts'
import { compileTemplate, matchesTemplate, resolveTemplate } from './variables.ts'
import type { KeyLookup, Template } from './variables.ts'

/** A statement with every pattern prepared. `index` is its place in the document, from 0. */
export type CompiledStatement = {
  readonly index: number
  readonly sid: string | undefined
  readonly effect: Statement['Effect']
  readonly principal: PrincipalElement | undefined
  readonly notPrincipal: PrincipalElement | undefined
  readonly actions: readonly Wildcard[]
  readonly actionsNegated: boolean
  /** `undefined` where the document has no resource (a trust policy): it is about what it is attached to. */
  readonly resources: readonly Template[] | undefined
  readonly resourcesNegated: boolean
  readonly conditions: readonly CompiledCondition[]
}

const compiled = new WeakMap<PolicyDocument, readonly CompiledStatement[]>()

const compileResources = (patterns: OneOrMany<string>, version: PolicyVersion | undefined): Template[] =>
  asList(patterns).map((pattern) => compileTemplate(pattern, version, true))

function compileStatement(statement: Statement, index: number, version: PolicyVersion | undefined): CompiledStatement {
  const resources = statement.Resource ?? statement.NotResource
  return {
    index,
    sid: statement.Sid,
    effect: statement.Effect,
    principal: statement.Principal,
    notPrincipal: statement.NotPrincipal,
    actions: asList(statement.Action ?? statement.NotAction).map(compileActionPattern),
    actionsNegated: statement.Action === undefined,
    resources: resources === undefined ? undefined : compileResources(resources, version),
    resourcesNegated: statement.Resource === undefined,
    conditions: compileConditions(statement.Condition, version, statement.Effect),
  }
}

/**
 * The document's statements, prepared once per document object (documents are immutable values here).
 * Throws on a condition operator that AWS does not know; `parsePolicy` refuses such documents.
 */
export function compilePolicy(document: PolicyDocument): readonly CompiledStatement[] {
  const known = compiled.get(document)
  if (known) return known
  const statements = asList(document.Statement).map((each, index) => compileStatement(each, index, document.Version))
  compiled.set(document, statements)
  return statements
}

function resourceApplies(statement: CompiledStatement, resource: string, lookup: KeyLookup): boolean {
  const { resources, resourcesNegated, effect } = statement
  if (!resources) return true
  if (!resourcesNegated) return resources.some((template) => matchesTemplate(template, resource, lookup))
  if (resources.some((template) => matchesTemplate(template, resource, lookup))) return false
  // An exception that cannot be read (a variable without a value) spares nothing from a Deny and opens nothing.
  return effect === 'Deny' || resources.every((template) => resolveTemplate(template, lookup) !== undefined)
}

/** True if action (in lower case), resource and conditions of the statement all meet the request; principals aside. */
export function statementApplies(
  statement: CompiledStatement,
  lowerCaseAction: string,
  resource: string,
  lookup: KeyLookup,
): boolean {
  const listed = statement.actions.some((pattern) => matchesWildcard(pattern, lowerCaseAction))
  if (listed === statement.actionsNegated) return false
  if (!resourceApplies(statement, resource, lookup)) return false
  return statement.conditions.every((holds) => holds(lookup))
}
