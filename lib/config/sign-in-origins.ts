/** The console's sign-in of the partition that a Region belongs to. */
export function signInOrigin(region: string): string {
  if (region.startsWith('cn-')) return 'https://signin.amazonaws.cn'
  return region.startsWith('us-gov-') ? 'https://signin.amazonaws-us-gov.com' : 'https://signin.aws.amazon.com'
}

/** Origins outside the portal that its forms may end up at: the identity providers', the AWS sign-in page's and the console's. */
export function formTargets(): string[] {
  const console = process.env.AWS_FEDERATION_ENDPOINT || signInOrigin(process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || '')
  const addresses = [process.env.OIDC_ISSUER, process.env.OIDC_2_ISSUER, ...(process.env.OIDC_SIGN_IN_ORIGINS ?? '').split(' '), console]
  return [...new Set(addresses.flatMap((address) => (address && URL.canParse(address) ? [formTarget(new URL(address))] : [])))]
}

/** AWS's sign-in page sends on to the console of a Region, a sister host; browsers hold that redirect against the policy too. */
const formTarget = ({ origin, protocol, hostname }: URL): string => (hostname.startsWith('signin.') ? `${protocol}//*.${hostname.slice('signin.'.length)}` : origin)
