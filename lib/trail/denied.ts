/**
 * How error codes of CloudTrail say that permission was missing: `AccessDenied`, `AccessDeniedException`,
 * `Client.UnauthorizedOperation`, … A regular expression that PostgreSQL and JavaScript read alike.
 */
export const deniedCodes = '(AccessDenied|UnauthorizedOperation|NotAuthorized|Forbidden)'

const denied = new RegExp(deniedCodes)
export const isDenied = (errorCode: string | null): boolean => errorCode !== null && denied.test(errorCode)
