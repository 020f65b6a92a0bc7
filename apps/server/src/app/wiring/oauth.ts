import { ClientAuthentication } from '../../features/integration/oauth/client-authentication.ts'
import { GrantsService } from '../../features/integration/oauth/grants.ts'
import { IntrospectionService } from '../../features/integration/oauth/introspection.ts'
import { TokenRevocation } from '../../features/integration/oauth/revocation.ts'
import { TokenOwners } from '../../features/integration/oauth/token-owner.ts'
import { noRequest } from '../../platform/kernel/request-context.ts'
import { authenticateWith } from '../authenticate.ts'
import { mustVerify } from '../must-verify.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'

export function wireOAuth(above: Records & Authentication) {
  const { config, publicUrl } = above
  const issuer = publicUrl.get
  const clientAuthentication = new ClientAuthentication({ ...above, issuer })
  const grants = new GrantsService({ ...above, passwordClients: config.passwordClients })
  const authenticate = authenticateWith(above)
  const tokenOwners = new TokenOwners({
    ...above,
    authenticate: (token) => authenticate(token, noRequest),
  })
  const introspection = new IntrospectionService({
    ...above,
    tokenOwners,
    mustVerify: (account) => mustVerify(config, account),
    audience: () => config.audience ?? issuer(),
  })
  const tokenRevocation = new TokenRevocation({ ...above, tokenOwners })
  return { clientAuthentication, grants, introspection, tokenRevocation }
}
