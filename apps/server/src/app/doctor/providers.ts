import type { Finding } from '../../features/administration/deployment/model.ts'
import { FederationRefusal } from '../../features/authentication/federation/model.ts'
import { Upstreams } from '../../features/authentication/federation/upstream/service.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import { providerRequests } from '../wiring/platform.ts'

/** Asks each provider for its metadata, as the first sign-in with it would. */
export async function checkProviders(
  config: Pick<Config, 'env' | 'providerAllowedNetworks' | 'providers'>,
): Promise<readonly Finding[]> {
  const { env, providers } = config
  const outgoing = providerRequests(config)
  const allowsLoopback = env === 'development'
  const upstreams = new Upstreams({ providers, outgoing, clock: systemClock, allowsLoopback })
  const findings = await Promise.all(
    providers.map(async (provider): Promise<readonly Finding[]> => {
      try {
        await upstreams.check(provider)
        return []
      } catch (error) {
        if (!(error instanceof FederationRefusal)) throw error
        const summary = `No one can sign in with ${provider.name} now: ${provider.issuer} did not give its metadata (${error.reason}).`
        const advice =
          'Check the issuer. If the provider is in your own network, set PROXIMA_PROVIDER_ALLOWED_NETWORKS. See docs/guides/federation.md.'
        return [{ severity: 'warning', code: 'provider_unreachable', summary, advice }]
      }
    }),
  )
  outgoing.close()
  return findings.flat()
}
