import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PermissionLine, PermissionPreviewModel } from '../models.ts'
import { Badge } from './badge.tsx'
import { Identifier } from './identifier.tsx'
import { RelativeTime } from './time.tsx'

const kinds = { managed: 'managed policy', inline: 'inline policy', boundary: 'permissions boundary', session: 'session policy' }

/** What AWS has, in plain words, with the dangerous parts first and marked; and when it was read there. */
export function PermissionPreview({ preview, now }: { preview: PermissionPreviewModel; now: string }): ReactNode {
  const lines = preview.lines.toSorted((a, b) => Number(b.dangerous) - Number(a.dangerous))
  return (
    <div>
      {preview.drift && (
        <div className="mb-3 flex gap-2 rounded-md bg-orange-soft px-3 py-2 text-sm text-orange-text">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <p>
            <span className="font-medium wrap-anywhere">{preview.drift.message}</span> {preview.drift.mend}
          </p>
        </div>
      )}
      {preview.entry && <p className="mb-3 text-sm text-ink-2">{preview.entry}</p>}
      {lines.length === 0 ? (
        !preview.entry && <p className="text-sm text-ink-2">This profile allows nothing yet.</p>
      ) : (
        <ul className="@container divide-y divide-line rounded-md border border-line bg-surface">
          {lines.map((line) => (
            <PermissionRow key={`${line.service}:${line.sentence}`} line={line} />
          ))}
        </ul>
      )}
      {(lines.length > 0 || !preview.entry) && <PolicySources preview={preview} now={now} />}
    </div>
  )
}

function PermissionRow({ line }: { line: PermissionLine }): ReactNode {
  return (
    <li className="grid grid-cols-1 items-baseline gap-x-3 px-3 py-2 text-sm @md:grid-cols-[7.5rem_minmax(0,1fr)]">
      <span className="font-medium @max-md:text-xs @max-md:text-ink-3">{line.service}</span>
      <div>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className={line.dangerous ? 'text-ink' : 'text-ink-2'}>{line.sentence}</span>
          {line.dangerous && (
            <Badge tone="orange" icon={TriangleAlert}>
              Dangerous
            </Badge>
          )}
        </span>
        {line.why && <span className="mt-0.5 block text-xs text-ink-3">{line.why}</span>}
      </div>
    </li>
  )
}

function PolicySources({ preview, now }: { preview: PermissionPreviewModel; now: string }): ReactNode {
  return (
    <details className="group mt-2 text-xs text-ink-3">
      <summary className="inline-flex list-none items-center gap-1 rounded-sm hover:text-ink">
        <span aria-hidden className="transition-transform group-open:rotate-90">
          ›
        </span>
        {preview.policies.length} {preview.policies.length === 1 ? 'policy' : 'policies'}
        {preview.readAt ? (
          <>
            , read from AWS <RelativeTime at={preview.readAt} now={now} focusable={false} />
          </>
        ) : (
          ', not read from AWS yet'
        )}
      </summary>
      <ul className="mt-1.5 flex flex-col gap-1 pl-3">
        {preview.policies.map((policy) => (
          <li key={`${policy.kind}:${policy.arn ?? policy.name}`} className="flex flex-wrap items-center gap-x-2">
            <span className="text-ink-2">{policy.name}</span>
            <span>{kinds[policy.kind]}</span>
            {policy.arn && <Identifier value={policy.arn} what="policy ARN" />}
          </li>
        ))}
      </ul>
    </details>
  )
}
