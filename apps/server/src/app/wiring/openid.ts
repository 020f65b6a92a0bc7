import { accessTokenFinder } from '../../features/openid/access-tokens.ts'
import { Applications } from '../../features/openid/applications/service.ts'
import { OpenIdEngine } from '../../features/openid/engine/service.ts'
import { PairwiseSubjects } from '../../features/openid/pairwise.ts'
import { People } from '../../features/openid/people.ts'
import { Redemption } from '../../features/openid/redemption.ts'
import { OpenIdService } from '../../features/openid/service.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import { noRequest } from '../../platform/kernel/request-context.ts'
import { authenticateWith } from '../authenticate.ts'
import { mustVerify } from '../must-verify.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'

export function wireOpenId(above: Records & Authentication) {
  const { clock, config, db, grantedSessions, keys, openIdEntries: entries, publicUrl } = above
  const issuer = publicUrl.get
  const applications = new Applications(above)
  const people = new People({ ...above, mustVerify: (account) => mustVerify(config, account) })
  const subjects = new PairwiseSubjects({ entries })
  const authenticate = authenticateWith(above)
  const openIdEngine = new OpenIdEngine({
    issuer,
    audience: () => config.audience ?? issuer(),
    sessionSeconds: config.sessionTtlSeconds,
    privateKeys: async () =>
      (await keys.privateKeys('ES256')).map(({ kid, privateKey }) => ({
        ...privateKey.export({ format: 'jwk' }),
        kty: 'EC',
        kid,
        alg: 'ES256',
        use: 'sig',
      })),
    findConsent: (about) => applications.granted(about),
    findPermissions: (id) => applications.permissionsOf(id),
    findPerson: (id) => people.find(id),
    pairwiseSubject: (accountId, sector) => subjects.of(accountId, sector),
    sources: {
      entries,
      now: () => clock.now(),
      findClient: (id) => applications.metadataOf(id),
      findAccessToken: accessTokenFinder({
        authenticate: (token) => authenticate(token, noRequest),
        findClient: (id) => applications.find(id),
      }),
      endGrant: (id) =>
        inTransaction(db, async (transaction) => {
          await entries.endGrant(transaction, id)
          await grantedSessions.endByGrant(transaction, id)
        }),
    },
  })
  const redemption = new Redemption({ ...above, entries })
  const openId = new OpenIdService({ engine: openIdEngine, redemption })
  return { applications, openIdEngine, openId, codeGrant: openId }
}
