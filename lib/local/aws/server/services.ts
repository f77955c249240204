import type { Service } from '../core/operation.ts'
import { cloudTrailService } from '../cloudtrail/service.ts'
import { ec2Service } from '../ec2/service.ts'
import { iamService } from '../iam/service.ts'
import { identityStoreService } from '../identitystore/service.ts'
import { organizationsService } from '../organizations/service.ts'
import { s3Service } from '../s3/service.ts'
import { secretsManagerService } from '../secretsmanager/service.ts'
import { sqsService } from '../sqs/service.ts'
import { ssoService } from '../sso/service.ts'
import { stsService } from '../sts/service.ts'

/** By the name in the credential scope. */
export const services: ReadonlyMap<string, Service> = new Map([stsService, iamService, cloudTrailService, secretsManagerService, s3Service, ec2Service, organizationsService, ssoService, identityStoreService, sqsService].map((service) => [service.name, service]))
