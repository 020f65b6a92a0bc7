import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { socialLinkNames } from '../../../../platform/kernel/social-networks.ts'
import { noSocialLinks } from '../model.ts'
import { PatchProfileBody, ProfileView } from '../schema.ts'

const otherColumns = [
  ...['account_id', 'version', 'occupation', 'home_address_sealed', 'country', 'county', 'description'],
]

describe.each(engines)('the list of social links on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it('is that of the columns of profiles', async () => {
    const tables = await services.db.introspection.getTables()
    const columns = tables.find(({ name }) => name === 'profiles')?.columns.map(({ name }) => name) ?? []
    expect(columns.filter((name) => !otherColumns.includes(name)).toSorted()).toEqual(
      [...socialLinkNames].toSorted(),
    )
  })

  it('is that of the model and of the schemas', () => {
    expect(Object.keys(noSocialLinks)).toEqual(socialLinkNames)
    expect(Object.keys(ProfileView.properties.social_links.properties)).toEqual(socialLinkNames)
    const [links] = PatchProfileBody.properties.social_links.anyOf
    expect(Object.keys(links.properties)).toEqual(socialLinkNames)
  })

  it('is that of the OpenAPI document', async () => {
    const { body } = await server.client.get('/openapi.json')
    const { properties, required } = body.components.schemas.SocialLinks as {
      properties: object
      required: string[]
    }
    expect([Object.keys(properties), required]).toEqual([socialLinkNames, socialLinkNames])
  })

  it('has a link for each of its names in the profile', async () => {
    const { token } = await server.client.signUp('amina', 'seven green bottles stand here')
    const { body } = await server.client.get('/v1/me/profile', { token })
    expect(body.social_links).toEqual(noSocialLinks)
  })
})
