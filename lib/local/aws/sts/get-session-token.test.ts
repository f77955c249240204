import { ListRolesCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { startLocalAws } from '../server/start.ts'
import { clientsOf } from '../test-clients.ts'
import { adminKey, home, testOrganisation } from '../test-organisation.ts'

it('GetSessionToken gives the user itself for a while, without IAM unless MFA was used', async () => {
  const aws = await startLocalAws({ seed: testOrganisation })
  const sessionWith = async (input: { SerialNumber?: string; TokenCode?: string }) => {
    const { Credentials } = await clientsOf(aws, adminKey).sts.send(new GetSessionTokenCommand({ DurationSeconds: 900, ...input }))
    return clientsOf(aws, { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! })
  }
  const plain = await sessionWith({})
  await expect(plain.sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Arn: `arn:aws:iam::${home}:user/admin` })
  await expect(plain.iam.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  await expect(plain.sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  const proven = await sessionWith({ SerialNumber: `arn:aws:iam::${home}:mfa/admin`, TokenCode: '123456' })
  await expect(proven.iam.send(new ListRolesCommand({}))).resolves.toBeDefined()
  aws.clock.advance(900_000)
  await expect(proven.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
  await aws.close()
})
