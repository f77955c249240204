import { AwsError } from '../core/errors.ts'

const hour = 3600

/**
 * How long a session may last: one hour unless asked, never beyond the role's own maximum, and never beyond one hour when
 * the caller is a role session itself, whatever the role says.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export function sessionSeconds(asked: number | undefined, roleMaximum: number, chained: boolean): number {
  const seconds = asked ?? hour
  if (chained && seconds > hour) {
    throw new AwsError('ValidationError', 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.')
  }
  if (seconds > roleMaximum) {
    throw new AwsError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  return seconds
}
