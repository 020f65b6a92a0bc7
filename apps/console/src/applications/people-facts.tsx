import type { ClientDetails } from '@proxima/client'

/** What a client is to the people who sign in to it. */
export function PeopleFacts({ client }: { readonly client: ClientDetails }) {
  const addresses = [
    ['Sends people to', client.redirect_uris.join(', ')],
    ['After signing out', client.post_logout_redirect_uris.join(', ')],
    ['Reports sign-outs to', client.backchannel_logout_uri],
    ['Home page', client.client_uri],
    ['Logo', client.logo_uri],
    ['Privacy policy', client.policy_uri],
    ['Terms of service', client.tos_uri],
  ] as const
  const rules = [
    client.application_type === 'native' && 'an app on the machine of its user',
    client.subject_type === 'pairwise' &&
      `knows people by ids of its own (${client.sector_identifier ?? 'its host'})`,
    client.require_pushed_authorization_requests && 'must push its requests',
    client.dpop_bound_access_tokens && 'binds its tokens to its key',
  ].filter((rule) => rule !== false)
  return (
    <>
      <dt>Consent</dt>
      <dd>{client.is_first_party ? 'It is ours: people are not asked' : 'People are asked'}</dd>
      {addresses.map(
        ([label, value]) =>
          value !== null &&
          value !== '' && (
            <div key={label} className="contents">
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
      <dt>Signs ID tokens with</dt>
      <dd>{client.id_token_signed_response_alg}</dd>
      {rules.length > 0 && (
        <>
          <dt>Also</dt>
          <dd>{rules.join(', ')}</dd>
        </>
      )}
    </>
  )
}
