import { after, minutes } from '#lib/config/clock.ts'
import { bucketEveryMs, checkpointKey, mailEveryMs, type Place } from '#lib/record/checkpoints/send-checkpoints.ts'
import { composeCheckpointMail } from '#lib/notify/compose-checkpoint-mail.ts'
import type { Services } from './services.ts'

/** The places outside the database that are configured for checkpoints, beside the file: a bucket with Object Lock, mail to auditors. */
export function anchorPlaces({ config, clock, anchorBucket, mailer }: Services): Place[] {
  const { bucket, mailTo } = config.anchor
  const places: Place[] = []
  if (bucket && anchorBucket) {
    places.push({
      name: 'bucket',
      everyMs: bucketEveryMs,
      put: async ({ text, upTo }) => {
        const answer = await anchorBucket.put(checkpointKey(upTo), text, after(clock(), minutes(bucket.retentionDays * 24 * 60)))
        if (!answer.ok) throw new Error(`${answer.message} (${answer.awsCode})`)
        return `s3://${bucket.bucket}/${bucket.prefix}${checkpointKey(upTo)}`
      },
    })
  }
  const { mail, publicUrl } = config
  if (mail && mailer && mailTo.length > 0) {
    places.push({
      name: 'mail',
      everyMs: mailEveryMs,
      put: async ({ newest }) => {
        for (const to of mailTo) {
          const sent = await mailer.send(composeCheckpointMail({ publicUrl, from: mail.from, to, newest }))
          if (!sent.ok) throw new Error(`Mail to ${mailTo.length === 1 ? 'the auditor' : 'an auditor'} did not leave: ${sent.message}`)
        }
        return `mail to ${mailTo.length === 1 ? 'one address' : `${mailTo.length} addresses`}`
      },
    })
  }
  return places
}
