import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'

/** A form, not a link: opening the console mints credentials, and what changes something is a POST. */
export function ConsoleForm({ url, grantId }: { url: string; grantId: string }): ReactNode {
  return (
    <form action={url} method="post" target="_blank" rel="noopener">
      <input type="hidden" name="grantId" value={grantId} />
      <Button type="submit">
        <ExternalLink aria-hidden />
        Open the AWS console
      </Button>
    </form>
  )
}
