/**
 * What ending access early does, said before it is done. It stops the issuing at once; credentials already issued are
 * AWS's to honour until they expire, and a page that promised more would send a responder home too early.
 */
export const endConsequences = (account: string): string =>
  `No new credentials for ${account} from now on. Those you already took work until they expire, at the latest until this access would have ended by itself. To get it back, you ask again.`

export const revokeConsequences = (person: string, account: string): string =>
  `${person} gets no new credentials for ${account} from now on. Those already taken work until they expire, at the latest until this access would have ended by itself. Nobody else is affected. ${person} can read your reason.`
