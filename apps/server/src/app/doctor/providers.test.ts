import { expect, it } from 'vitest'
import { UpstreamProvider, upstreamClient } from '../../../tests/support/upstream-provider.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import { checkProviders } from './providers.ts'

const configFor = (issuer: string) =>
  loadConfig({
    PROXIMA_OIDC_ISSUER: issuer,
    PROXIMA_OIDC_CLIENT_ID: upstreamClient.id,
    PROXIMA_OIDC_CLIENT_SECRET: upstreamClient.secret,
  })

it('names a provider that does not give its metadata, and says nothing of one that does', async () => {
  const company = await UpstreamProvider.start()
  const config = configFor(company.issuer)
  expect(await checkProviders(config)).toEqual([])
  await company.close()
  expect(await checkProviders(config)).toMatchObject([
    { severity: 'warning', code: 'provider_unreachable', summary: expect.stringContaining(company.issuer) },
  ])
  // An address of the own network, which no setting allows.
  expect(await checkProviders(configFor('https://10.0.0.1'))).toMatchObject([
    { code: 'provider_unreachable' },
  ])
})
