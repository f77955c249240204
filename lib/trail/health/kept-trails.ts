import { z } from 'zod'
import type { InspectedTrail } from '#lib/aws/trail-inspector.ts'

const kinds = z.array(z.string())
const keptTrail = z.object({
  name: z.string(),
  bucket: z.string(),
  prefix: z.string(),
  multiRegion: z.boolean(),
  validated: z.boolean(),
  logging: z.boolean(),
  lastDeliveryAt: z.coerce.date().optional(),
  deliveryError: z.string().optional(),
  selection: z.union([
    z.object({ ok: z.literal(true), events: z.object({ reads: z.boolean(), writes: z.boolean(), leftOut: kinds, data: kinds, dataOfAll: kinds }) }),
    z.object({ ok: z.literal(false), awsCode: z.string() }),
  ]),
  /** Since when it has been seen to take every data event of a kind, without a break. */
  dataSince: z.record(z.string(), z.coerce.date()),
})
export type KeptTrail = Omit<z.infer<typeof keptTrail>, 'lastDeliveryAt' | 'deliveryError'> & Pick<InspectedTrail, 'lastDeliveryAt' | 'deliveryError'>

/** What of an account's trails is kept: of more than this, the first. */
const mostTrails = 20

/** The trails in a row of the database; null when another version wrote them in a form that this one does not know. */
export function readKept(stored: unknown): KeptTrail[] | null {
  const { data } = z.array(keptTrail).safeParse(stored)
  return data === undefined ? null : data.map((trail) => ({ ...trail, lastDeliveryAt: trail.lastDeliveryAt, deliveryError: trail.deliveryError }))
}

/**
 * What is kept of trails that were read at `now`, after `before` of them. A kind of data events counts from when it was
 * first seen, and anew after the trail stopped, recorded one Region only, or was seen without it.
 */
export function keepTrails(read: readonly InspectedTrail[], before: readonly KeptTrail[], now: Date): KeptTrail[] {
  return read.slice(0, mostTrails).map((trail) => {
    const { name, bucket, prefix, selection } = trail
    const known = before.find((one) => one.name === name && one.bucket === bucket && one.prefix === prefix)
    const whole = selection.ok && trail.logging && trail.multiRegion ? selection.events.dataOfAll : []
    return {
      ...trail,
      selection: selection.ok ? { ok: true, events: selection.events } : { ok: false, awsCode: selection.awsCode },
      dataSince: Object.fromEntries(whole.map((kind) => [kind, known?.dataSince[kind] ?? now])),
    }
  })
}
