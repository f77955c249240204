/** What a review is about: who may ask for profiles, who may decide about them, or what AWS has that no grant explains. */
export const reviewSubjects = ['access', 'approvers', 'standing'] as const
export type ReviewSubject = (typeof reviewSubjects)[number]

/** What is looked at; what is empty does not narrow it. Standing access is narrowed by its account alone. */
export type ReviewScope = {
  about: ReviewSubject
  riskTier: string
  profileId: string
  accountId: string
  /** Only what this group of the identity provider gives. */
  group: string
  /** Only this person's. */
  personId: string | null
}
