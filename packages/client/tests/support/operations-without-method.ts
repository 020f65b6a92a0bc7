/** Calls of the API for which the client has no method, each with the reason. */
export const operationsWithoutMethod: Readonly<Record<string, string>> = {
  postProfileImage: 'a form of a page without a script sends it; setImage sends putProfileImage',
  getPicture: 'it is the address of an image, for <img>',
  getKeySet: 'services that check tokens read it',
  getOpenIdConfiguration: 'services that check tokens read it',
  getServerMetadata: 'clients of OAuth read it',
  checkForwardAuth: 'proxies ask it',
  streamRevocations: 'services that check tokens read it, with @proxima/guard',
  requestToken: 'clients of OAuth call it, with a library for OAuth',
  introspectToken: 'services that check tokens call it, with @proxima/guard',
  revokeToken: 'clients of OAuth call it',
  reportBounce: 'the webhook of a mail provider calls it, with a signature',
  getHealth: 'supervisors ask it',
  getReadiness: 'load balancers ask it',
  getMetrics: 'Prometheus reads it',
  getSecurityContact: 'people read it',
}
