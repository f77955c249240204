import type { Database } from '#lib/db/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'

const whole = { assignment: { select: { permissionSetName: true, sessionMinutes: true, state: true, failureMessage: true } }, sharedWith: { select: { code: true } } } satisfies Prisma.AssignmentNeedInclude

/** What came of a grant in Identity Center, with each fact's time. */
export type AssignmentView = Prisma.AssignmentNeedGetPayload<{ include: typeof whole }>

/** What came of a grant that the caller was let see; null for grants of other kinds. */
export function findAssignment(db: Database, grantId: string): Promise<AssignmentView | null> {
  return db.assignmentNeed.findUnique({ where: { grantId }, include: whole })
}
