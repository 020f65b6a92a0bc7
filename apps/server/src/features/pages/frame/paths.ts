/** The addresses of the pages that others lead to. */
export const signInPath = '/sign-in'
/** Where the reader asks for a code to sign in. */
export const signInCodePath = '/sign-in/code'
/** Where the script of the sign-in page sends a passkey. */
export const signInPasskeyPath = '/sign-in/passkey'
/** For someone who has lost everything that the second step takes. */
export const lostFactorPath = '/sign-in/lost'
/** Where the link of a notification keeps the second factor. */
export const keepFactorPath = '/recover/factor'
export const signUpPath = '/sign-up'
/** Where the reader connects an account of another provider, after they have signed in. */
export const connectPath = '/sign-in/connect'
/** Where someone whom another provider knows agrees to get an account. */
export const agreePath = '/sign-up/agree'
/** Where the reader sees and changes the accounts at other providers with which they sign in. */
export const linkedAccountsPath = '/account/security/connected'
export const signOutPath = '/sign-out'
export const accountPath = '/account'

/** Where a browser goes to sign in with another provider. */
export function providerPath(provider: string, returnTo: string | null = null): string {
  const query = returnTo === null ? '' : `?${new URLSearchParams({ return_to: returnTo }).toString()}`
  return `/sign-in/with/${provider}${query}`
}

/** Where the reader confirms that it is them, for what a session alone must not allow (ASVS 7.5.3). */
export const confirmPath = '/account/confirm'
export const recoverPath = '/recover'
/** Ends the session in which an administrator sees an account as its owner does. */
export const stopViewingPath = '/account/viewing/stop'
/** Where the reader changes what they say about themselves. */
export const profilePath = '/account/profile'
export const picturePath = `${profilePath}/picture`
export const choicesPath = `${profilePath}/choices`
/** Where the reader changes their email address and phone number. */
export const contactsPath = '/account/contacts'
/** Where the reader keeps their account safe. */
export const securityPath = '/account/security'
/** Where the reader adds a passkey. */
export const passkeysPath = `${securityPath}/passkeys`
/** Where the reader changes their password. */
export const passwordPath = '/account/security/password'
