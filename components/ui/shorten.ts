/** Keeps both ends: the start says what kind of thing it is, the end tells two of them apart. */
export function shortenMiddle(value: string, head = 6, tail = 4): string {
  return value.length <= head + tail + 1 ? value : `${value.slice(0, head)}…${value.slice(-tail)}`
}

/** An ARN is known by what comes after its account, so that part stays whole if it can. */
export function shortenArn(arn: string, limit = 32): string {
  const resource = arn.split(':').slice(5).join(':')
  if (!arn.startsWith('arn:') || resource === '') return shortenMiddle(arn)
  return resource.length <= limit ? resource : shortenMiddle(resource, Math.ceil(limit * 0.6), Math.floor(limit * 0.35))
}

export function lastFour(accountId: string): string {
  return accountId.slice(-4)
}

/** "123456789012" → "1234 5678 9012", as the AWS console writes it. */
export function groupAccountId(accountId: string): string {
  return accountId.replace(/(\d{4})(?=\d)/g, '$1 ')
}
