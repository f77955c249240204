/**
 * What ending access early does, said before it is done: the issuing stops at once; credentials already issued are denied
 * in AWS, which takes IAM seconds and sometimes longer. The request's page says when AWS was seen to deny them.
 */
export const endConsequences = (account: string): string =>
  `No new credentials for ${account} from now on. Those you already took are cut off in AWS, usually within a minute; the page of your request says when that is confirmed. To get access back, you ask again.`

export const revokeConsequences = (person: string, account: string): string =>
  `${person} gets no new credentials for ${account} from now on. Those already taken are cut off in AWS, usually within a minute; the page of the request says when that is confirmed. Nobody else is affected. ${person} can read your reason.`

/** The same where a vendor takes on the role itself, whoever ends it. */
export const vendorEndConsequences = (account: string): string =>
  `The vendor begins no new sessions in ${account}, and those it has are denied in AWS, usually within a minute. Where another grant lets the same vendor in, it stays until that one ends; the page of the request says so.`

/** The same for access through Identity Center, whose issued credentials AWS cannot take back. */
export const assignmentEndConsequences = (account: string): string =>
  `The assignment in ${account} is removed, which takes AWS some seconds; no session can be opened from then on. Credentials that were opened before live on to the end of their session, because AWS cannot take them back; the page of the request says until when.`
