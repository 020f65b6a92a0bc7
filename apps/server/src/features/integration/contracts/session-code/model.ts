/** The texts of the old backend that its front end compares or shows, to the letter. */
export const sentences = {
  signedUp: 'The user account is create with succes',
  wrongPassword: 'Password or user are incorrect',
  identifierNeeded: 'Email or username must be provided',
  headerMissing: 'Authorization header is missing',
  sessionUnknown: 'Session not found',
  profileUnknown: 'Profile or user not found',
  contactSet: 'Contact details set successfully',
  linksSet: 'Social links updated successfully',
  passwordChanged: 'Password changed successfully',
  currentPasswordWrong: 'Current password is incorrect',
  emailChanged: 'Email changed successfully',
  usernameChanged: 'Username changed successfully',
  usernameTaken: 'Username already taken',
  accountDeleted: 'Account deleted successfully',
} as const

/** Texts of our own, for what the old backend did not have. They name its calls, not those of the API. */
export const ownSentences = {
  running: 'The server is running',
  secondFactor: 'This account needs a second factor. Sign in on the page of the server.',
  signInAgain:
    'Sign in again, and repeat this within a few minutes. Or send the password as currentPassword.',
} as const

/** What the old backend answers to a sign-in with a wrong password, as its front end expects it, or as HTTP does. */
export type WrongPasswordStatus = 202 | 401

/**
 * A body of `/setContactDetail` with the largest picture that the file dialog of the front end passes: 512,000 bytes, as
 * base64, and room for the other fields.
 */
export const contactBodyMaxBytes = 786_432

/** Fields of our own under their old names, for messages about a wrong field. The others have the same name. */
const oldNames: ReadonlyMap<string, string> = new Map([
  ['given_name', 'firstName'],
  ['family_name', 'lastName'],
  ['new_password', 'newPassword'],
  ['current_password', 'currentPassword'],
  ['home_address', 'homeAddress'],
  ['social_links/linkedin', 'linkedIn'],
  ['social_links/facebook', 'faceBook'],
  ['social_links/github', 'gitHub'],
  ['social_links/instagram', 'instagram'],
  ['social_links/twitter', 'twitter'],
  ['social_links/youtube', 'youtube'],
])

/** The old name of the field that a JSON pointer names; empty for the body as a whole. */
export function oldNameOf(pointer: string): string {
  const name = pointer.slice(1)
  return oldNames.get(name) ?? name
}
