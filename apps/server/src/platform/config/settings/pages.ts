import { fontFamilies } from '../appearance-parsers.ts'
import { choice, choices, file, integer } from '../parsers.ts'
import { setting } from '../setting.ts'
import { url } from '../url-parsers.ts'

const signUpFields = choices('username', 'email', 'phone_number', 'full_name', 'password')

export const pages = {
  signUpFields: setting({
    name: 'PROXIMA_SIGN_UP_FIELDS',
    parser: signUpFields,
    default: 'username,email,password',
    description:
      'The fields of the page to create an account, in their order. Without `password`, each new account gets a generated secret.',
    reason:
      'Each field more keeps some people from finishing. An email address is what people need to get back into an account. The API takes all fields, whatever the page asks for.',
  }),
  signUpOptionalFields: setting({
    name: 'PROXIMA_SIGN_UP_OPTIONAL_FIELDS',
    parser: signUpFields,
    default: 'none',
    description:
      'The fields of that page that people can leave empty. Without a password, they get a generated secret.',
    reason: 'People finish a short form without questions about what they may leave out.',
  }),
  signInSteps: setting({
    name: 'PROXIMA_SIGN_IN_STEPS',
    parser: choice('one', 'two'),
    default: 'one',
    description:
      'With `one`, the sign-in page asks for the identifier and the password at once. With `two`, it asks for the identifier first.',
    reason:
      'One step is faster, and password managers fill in both fields. Neither says whether an account exists.',
  }),
  briefSessionSeconds: setting({
    name: 'PROXIMA_BRIEF_SESSION_SECONDS',
    parser: integer(300, 2_592_000),
    default: '43200',
    description:
      'The maximum lifetime of a session, in seconds, if its owner did not choose to stay signed in on the sign-in page.',
    reason:
      'Twelve hours are a working day. The browser forgets such a session when it is closed, if it is ever closed.',
  }),
  brandRadiusPixels: setting({
    name: 'PROXIMA_BRAND_RADIUS_PIXELS',
    parser: integer(0, 24),
    default: '10',
    description: 'The radius of the corners of buttons and fields on the pages, in pixels.',
    reason: 'Cards have larger corners and small parts smaller ones, in proportion.',
  }),
  brandFont: setting({
    name: 'PROXIMA_BRAND_FONT',
    parser: fontFamilies(),
    default: null,
    fallback: 'the font of the device',
    description: 'The font families of the pages, separated by commas, as in CSS.',
    reason:
      'The pages load no fonts. Name those that your users have, or add one with `PROXIMA_BRAND_CSS_FILE`.',
  }),
  brandCssFile: setting({
    name: 'PROXIMA_BRAND_CSS_FILE',
    parser: file(),
    default: null,
    fallback: 'none',
    description: 'A stylesheet of yours, which every page applies last. The server reads it when it starts.',
    reason: 'It is served with the other styles, so the content security policy stays strict.',
  }),
  helpUrl: setting({
    name: 'PROXIMA_HELP_URL',
    parser: url('https'),
    default: null,
    fallback: 'none: the pages have no link to help',
    description: 'The address of your help page, which every page links to.',
    reason: 'People who cannot sign in need someone to ask.',
  }),
  termsUrl: setting({
    name: 'PROXIMA_TERMS_URL',
    parser: url('https'),
    default: null,
    fallback: 'none: the pages have no link to the terms',
    description: 'The address of your terms of use, which every page links to.',
    reason: 'The page to create an account then asks people to accept the terms.',
  }),
  privacyUrl: setting({
    name: 'PROXIMA_PRIVACY_URL',
    parser: url('https'),
    default: null,
    fallback: 'none: the pages have no link to a privacy notice',
    description: 'The address of your privacy notice, which every page links to.',
    reason: 'In many countries, it must be within reach where people enter their data.',
  }),
}
