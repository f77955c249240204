'use client'
import { KeyRound, Package } from 'lucide-react'
import type { ReactNode } from 'react'
import { CancelRequest } from '../my-access/cancel-request.tsx'
import { ActionButton } from '../ui/action-button.tsx'
import { buttonClass, LinkButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextArea } from '../ui/controls.tsx'
import { assignmentEndConsequences, endConsequences, revokeConsequences, vendorEndConsequences } from '../ui/end-consequences.ts'
import { Field } from '../ui/field.tsx'
import { CutOffRole } from './cut-off-role.tsx'
import { Extend } from './extend.tsx'
import type { RequestDetailPageProps } from './request-detail-models.ts'

type Props = Pick<RequestDetailPageProps, 'request' | 'grant' | 'actions' | 'cutoff'>

export function DetailActions({ request, grant, actions, cutoff }: Props): ReactNode {
  return (
    <>
      {actions.askAgainHref && <LinkButton href={actions.askAgainHref}>Ask again</LinkButton>}
      {actions.cancel && <CancelRequest requestId={request.id} action={actions.cancel} what={request.profile.name} />}
      {grant && actions.retry && <ActionButton label="Try again" action={actions.retry} fields={{ grantId: grant.id }} />}
      {grant && actions.extend && <Extend grantId={grant.id} what={request.profile.name} most={actions.extend.most} action={actions.extend.action} />}
      {grant && actions.end && (
        <ConfirmDialog
          trigger={{ label: 'End now' }}
          title={`End ${request.profile.name}`}
          consequences={(grant.vendor ? vendorEndConsequences : grant.assigned ? assignmentEndConsequences : endConsequences)(request.profile.account.name)}
          confirmLabel="End my access now"
          action={actions.end}
          fields={{ grantId: grant.id }}
        />
      )}
      {grant && actions.revoke && <Revoke request={request} grant={grant} action={actions.revoke} />}
      {grant && cutoff && <CutOffRole grantId={grant.id} cutoff={cutoff} />}
      {actions.evidenceHref && (
        <a href={actions.evidenceHref} download className={buttonClass('secondary', 'md')}>
          <Package aria-hidden />
          Evidence pack
        </a>
      )}
      {actions.approveHref && (
        <LinkButton href={actions.approveHref} tone="primary">
          Decide
        </LinkButton>
      )}
      {grant?.credentialsHref && (
        <LinkButton href={grant.credentialsHref} tone="primary">
          <KeyRound aria-hidden />
          Get credentials
        </LinkButton>
      )}
    </>
  )
}

function Revoke({ request, grant, action }: { request: Props['request']; grant: NonNullable<Props['grant']>; action: NonNullable<Props['actions']['revoke']> }): ReactNode {
  return (
    <ConfirmDialog
      trigger={{ label: 'Revoke', tone: 'danger' }}
      title={`Revoke ${request.requester.name}'s access`}
      consequences={grant.vendor ? vendorEndConsequences(request.profile.account.name) : grant.assigned ? assignmentEndConsequences(request.profile.account.name) : revokeConsequences(request.requester.name, request.profile.account.name)}
      confirmLabel="Revoke now"
      keepLabel="Leave it running"
      action={action}
      fields={{ grantId: grant.id }}
    >
      <Field id="revoke-reason" label="Reason" hint="It goes to them and into the record.">
        {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
      </Field>
    </ConfirmDialog>
  )
}
