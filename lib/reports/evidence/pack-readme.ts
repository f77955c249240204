/** Tells somebody who has the pack and nothing else what it holds and how to find out that nobody changed it. */
export const packReadme = ({ asked, by, at }: { asked: string; by: string; at: Date }): string => `Evidence pack of Latchkey
${asked}.
Taken by ${by} at ${at.toISOString()}. All times are UTC.

WHAT IS IN IT (one JSON document a line in *.ndjson)
  requests.ndjson     what was asked, by whom, why, with the risk as it was then
  decisions.ndjson    who said yes or no, in whose right, why
  policies.ndjson     the approval policy that applied and the access that was approved, as kept with the request
  grants.ndjson       the windows of access, how they began and ended, as AWS confirmed it
  leases.ndjson       the credentials that were issued (never a secret)
  events.ndjson       the CloudTrail events of their use; session tokens in AWS's answers are replaced by a note
  findings.ndjson     what detection found, and what was said about it
  forgotten.ndjson    values that the record committed to and that are no longer kept: empty where nothing is missing
  record-excerpt.txt  the entries of the append-only record about these requests, with their place in its chain
  record-key.pem      the public key of the record, for convenience
  SHA256SUMS          the hash of each of the files above
  manifest.json       the same with sizes, who took the pack, when and what was asked, signed with the record's key

HOW TO VERIFY IT
  1. Unpack it, and compare the files with their hashes:
       sha256sum --check SHA256SUMS
  2. Verify the manifest's signature and every file it names. Take the public key from where you trust it, not from this
     pack: the portal's Log page gives it, and so does whoever keeps the checkpoints.
       npm run --silent audit:verify -- manifest.json --key PUBLIC.pem
  3. Verify that the entries of the record stand in its chain, unchanged, and against the checkpoints that are kept outside
     the portal's database, where you have them:
       npm run --silent audit:verify -- record-excerpt.txt --checkpoints CHECKPOINTS --key PUBLIC.pem
     Entries after the last checkpoint are reported as not anchored yet.

The manifest's signature is Ed25519 (RFC 8032) over these bytes, each line with its newline, in base64 in "signature":
  latchkey evidence v1
  <keyId>
  <content as canonical JSON, RFC 8785>
`
