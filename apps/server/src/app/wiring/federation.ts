import { FlowsRepository } from '../../features/authentication/federation/flows/repository.ts'
import { FederationFlows } from '../../features/authentication/federation/flows/service.ts'
import { NewAccounts } from '../../features/authentication/federation/new-accounts.ts'
import { FederationService } from '../../features/authentication/federation/service.ts'
import { Upstreams } from '../../features/authentication/federation/upstream/service.ts'
import type { ReauthenticationService } from '../../features/authentication/reauthentication/service.ts'
import type { RegistrationService } from '../../features/authentication/registration/service.ts'
import type { SignInService } from '../../features/authentication/sign-in/service.ts'
import type { Records } from './records.ts'

interface Steps {
  readonly reauthentication: ReauthenticationService
  readonly registration: RegistrationService
  readonly signIn: SignInService
}

/** Signing in with accounts at other providers. */
export function wireFederation(above: Records & Steps) {
  const { config, providerOutgoing } = above
  const upstreams = new Upstreams({
    ...above,
    providers: config.providers,
    outgoing: providerOutgoing,
    allowsLoopback: config.env === 'development',
  })
  const newAccounts = new NewAccounts({
    ...above,
    isStrict: config.privacy === 'strict',
    needsContact: config.verification === 'required',
  })
  const federationFlows = new FederationFlows({ ...above, flows: new FlowsRepository() })
  const federation = new FederationService({
    ...above,
    flows: federationFlows,
    newAccounts,
    upstreams,
    asksAgreement: config.termsUrl !== null,
  })
  return { federation, federationFlows, upstreams }
}
