/** An answer that AWS would give as an error. Services throw it; `server/answer.ts` writes it in the protocol asked in. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  /** What CloudTrail calls it, where that differs from the wire (EC2's `Client.` prefix, IAM's `NoSuchEntityException`). */
  readonly trailCode: string

  constructor(code: string, message: string, status = 400, trailCode = code) {
    super(message)
    this.name = 'AwsError'
    this.code = code
    this.status = status
    this.trailCode = trailCode
  }
}

export const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404, 'NoSuchEntityException')
export const alreadyExists = (message: string) =>
  new AwsError('EntityAlreadyExists', message, 409, 'EntityAlreadyExistsException')
export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message, 409, 'LimitExceededException')
export const deleteConflict = (message: string) => new AwsError('DeleteConflict', message, 409, 'DeleteConflictException')
export const malformedPolicy = (message: string) =>
  new AwsError('MalformedPolicyDocument', message, 400, 'MalformedPolicyDocumentException')

/** AWS's own wording, https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export function validationError(field: string, value: string | null, constraint: string): AwsError {
  const shown = value === null ? 'null' : `'${value}'`
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value ${shown} at '${field}' failed to satisfy constraint: ${constraint}`,
  )
}
