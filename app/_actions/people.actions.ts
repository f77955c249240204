'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ActionState } from '#components/models.ts'
import type { ManagersState } from '#components/people/people-models.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import { typedText } from '#lib/config/typed-text.ts'
import { delegate, endDelegation } from '#lib/people/delegate.ts'
import { importManagers, planManagers } from '#lib/people/import-managers.ts'
import { linkPeople, unlinkPeople } from '#lib/people/link-people.ts'
import { choosePeople, type PersonChoice } from '#lib/people/people-admin.queries.ts'
import { setManager } from '#lib/people/set-manager.ts'
import { switchPerson } from '#lib/people/switch-person.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { act } from '#app/_server/act.ts'
import { formField } from '#app/_server/form-field.ts'
import { getServices } from '#app/_server/services.ts'

type Services = Awaited<ReturnType<typeof getServices>>
const nobody = refuse('not_found', 'There is no such person.', 'Choose somebody from the list.')
const personSchema = z.object({ personId: z.uuid() })

/** The frame of what changes people: fresh groups, one verb, and a sentence of what was done. */
async function change(place: string, verb: (viewer: Viewer, services: Services, now: Date) => Promise<{ ok: true } | Refusal>, message: string): Promise<ActionState> {
  return act(place, { fresh: true, limit: 'decisions' }, async (viewer) => {
    const services = await getServices()
    const result = await verb(viewer, services, services.clock())
    if (!result.ok) return result
    revalidatePath('/', 'layout')
    return { ok: true as const, message }
  })
}

/** People whose name contains what was typed, for a field that chooses one. */
export async function choosePeopleAction(text: string): Promise<{ ok: true; people: PersonChoice[] } | Refusal> {
  const wanted = typedText.pipe(z.string().max(100)).safeParse(text)
  return act('choose people', { fresh: false }, async (viewer) => ({ ok: true as const, people: await choosePeople((await getServices()).db, viewer, wanted.data ?? '') }))
}

const managerSchema = personSchema.extend({ managerId: z.union([z.uuid(), z.literal('').transform(() => null)]) })

export async function setManagerAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = managerSchema.safeParse({ personId: formField(form, 'personId'), managerId: formField(form, 'managerId') ?? '' })
  if (!input.success) return nobody
  const { personId, managerId } = input.data
  return change('set manager', (viewer, { db }, now) => setManager(db, viewer, personId, managerId, now), managerId ? 'Manager set.' : 'Manager cleared.')
}

const linkSchema = personSchema.extend({ otherId: z.uuid() })

export async function linkPeopleAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = linkSchema.safeParse({ personId: formField(form, 'personId'), otherId: formField(form, 'otherId') })
  if (!input.success) return nobody
  return change('link people', (viewer, { db }, now) => linkPeople(db, viewer, input.data.personId, input.data.otherId, now), 'Linked. Neither decides what the other asks for.')
}

export async function unlinkPeopleAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = linkSchema.safeParse({ personId: formField(form, 'personId'), otherId: formField(form, 'otherId') })
  if (!input.success) return nobody
  return change('unlink people', (viewer, { db }, now) => unlinkPeople(db, viewer, input.data.personId, input.data.otherId, now), 'Link removed.')
}

const switchSchema = personSchema.extend({ to: z.enum(['off', 'on']), reason: typedText.pipe(z.string().max(4_000)) })

export async function switchPersonAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = switchSchema.safeParse({ personId: formField(form, 'personId'), to: formField(form, 'to'), reason: formField(form, 'reason') ?? '' })
  if (!input.success) return nobody
  const { personId, to, reason } = input.data
  return change('switch person', (viewer, { db }, now) => switchPerson(db, viewer, personId, to, reason, now), to === 'off' ? 'Switched off. Their sign-ins ended; their access ends now.' : 'Switched on. They can sign in again.')
}

const csvSchema = z.object({ csv: z.string().max(1_000_000), step: z.enum(['plan', 'apply']) })

/** Reads a file of managers and says what it would change; with `step` "apply" it changes it. */
export async function importManagersAction(_previous: ManagersState, form: FormData): Promise<ManagersState> {
  const input = csvSchema.safeParse({ csv: formField(form, 'csv') ?? '', step: formField(form, 'step') })
  if (!input.success) return refuse('too_long', 'This file could not be read.', 'Send a CSV of at most a megabyte.')
  const { csv, step } = input.data
  const result = await act('import managers', { fresh: true, limit: 'decisions' }, async (viewer) => {
    const { db, clock, config } = await getServices()
    const issuer = config.oidc[0]?.issuer ?? ''
    return step === 'apply' ? importManagers(db, viewer, csv, issuer, clock()) : planManagers(db, viewer, csv, issuer)
  })
  if (!result.ok) return result
  if ('plan' in result) {
    const { changes, unchanged, problems } = result.plan
    return { ok: true, plan: { unchanged, problems, changes: changes.map(({ line, person, before, manager }) => ({ line, person: person.displayName, before, after: manager?.displayName ?? null })) } }
  }
  revalidatePath('/', 'layout')
  return { ok: true, message: result.changed === 1 ? '1 manager changed.' : `${result.changed} managers changed.` }
}

const moment = z.iso.datetime().transform((text) => new Date(text))
const delegationSchema = z.object({ toId: z.uuid(), startsAt: moment, endsAt: moment, reason: typedText.pipe(z.string().max(2_000)) })
const delegationFields = { toId: 'Choose a person from the list.', startsAt: 'Give the start.', endsAt: 'Give the end.', reason: 'Shorten the reason.' }

/** Lets somebody else decide in the viewer's right for a period. */
export async function delegateAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = delegationSchema.safeParse(Object.fromEntries(Object.keys(delegationFields).map((name) => [name, formField(form, name) ?? ''])))
  if (!input.success) return refuse('invalid_input', delegationFields[input.error.issues[0]?.path[0] as keyof typeof delegationFields])
  return change('delegate', async (viewer, { db }, now) => {
    const result = await delegate(db, viewer, input.data, now)
    return result.ok || !result.fields ? result : refuse(result.code, Object.values(result.fields)[0] ?? result.message)
  }, 'Delegated.')
}

const endSchema = z.object({ delegationId: z.uuid() })

export async function endDelegationAction(_previous: ActionState, form: FormData): Promise<ActionState> {
  const input = endSchema.safeParse({ delegationId: formField(form, 'delegationId') })
  if (!input.success) return refuse('not_found', 'There is no such delegation.')
  return change('end delegation', (viewer, { db }, now) => endDelegation(db, viewer, input.data.delegationId, now), 'Delegation ended.')
}
