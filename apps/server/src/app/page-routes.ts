import { readFileSync } from 'node:fs'
import { factorsPart } from '../features/pages/account/factors/part.ts'
import { linkedAccountsPart } from '../features/pages/account/linked-accounts/part.ts'
import { logPart } from '../features/pages/account/log/part.ts'
import { accountPages } from '../features/pages/account/routes.ts'
import { checkUp } from '../features/pages/account/security/check-up.ts'
import { waysToSignIn } from '../features/pages/account/security/ways-to-sign-in.ts'
import { trustedDevicesPart } from '../features/pages/account/trusted-devices/part.ts'
import { consentPages } from '../features/pages/authorization/consent/routes.ts'
import { authorizationPages } from '../features/pages/authorization/routes.ts'
import { endSessionPages } from '../features/pages/authorization/sign-out/routes.ts'
import { consoleRoutes } from '../features/pages/console/routes.ts'
import { confirmContactRoutes } from '../features/pages/contact-links/confirm.ts'
import { undoRoutes } from '../features/pages/contact-links/undo.ts'
import { readAssets } from '../features/pages/frame/assets.ts'
import { brandCss } from '../features/pages/frame/brand.ts'
import { type HostedPagesOptions, hostedPages } from '../features/pages/frame/hosted-pages.ts'
import { assetRoutes, changePasswordRoute, passkeyDocuments } from '../features/pages/frame/routes.ts'
import { invitationRoutes } from '../features/pages/invitation/routes.ts'
import { keepFactorRoutes } from '../features/pages/lost-factor/keep.ts'
import { lostFactorRoutes } from '../features/pages/lost-factor/routes.ts'
import { notMeRoutes } from '../features/pages/not-me/routes.ts'
import { providerRoutes } from '../features/pages/providers/routes.ts'
import { waitingProviderRoutes } from '../features/pages/providers/waiting/routes.ts'
import { cancelRoutes } from '../features/pages/recover/cancel.ts'
import { recoverRoutes } from '../features/pages/recover/routes.ts'
import { restoreRoutes } from '../features/pages/restore/routes.ts'
import { enrolmentRoutes } from '../features/pages/second-step/enrolment/routes.ts'
import { secondStepRoutes } from '../features/pages/second-step/routes.ts'
import { setupRoutes } from '../features/pages/setup/routes.ts'
import { signInLinkRoutes } from '../features/pages/sign-in/code/link.ts'
import { signInCodePages } from '../features/pages/sign-in/code/routes.ts'
import { passkeySignInRoutes } from '../features/pages/sign-in/passkey/routes.ts'
import { signInRoutes } from '../features/pages/sign-in/routes.ts'
import { signOutRoutes } from '../features/pages/sign-in/sign-out.ts'
import type { SignUpRules } from '../features/pages/sign-up/page.ts'
import { signUpRoutes } from '../features/pages/sign-up/routes.ts'
import { verifyCodePath } from '../features/pages/verify/code-page.ts'
import { verifyLinkRoutes } from '../features/pages/verify/link.ts'
import { verifyCodeRoutes } from '../features/pages/verify/routes.ts'
import type { Config } from '../platform/config/load-config.ts'
import type { App } from '../platform/http/app.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import type { AccountId } from '../platform/kernel/ids.ts'
import { mustVerify } from './must-verify.ts'
import type { Services } from './wire.ts'

export interface PageRoutesOptions {
  readonly config: Config
  readonly services: Services
  readonly clock: Clock
  readonly shared: HostedPagesOptions
}

/** What all pages share. The styles and scripts are read once. */
export function hostedPagesOptions(
  config: Config,
  { languages }: Pick<Services, 'languages'>,
  publicUrl: () => string,
): HostedPagesOptions {
  const assets = readAssets(brandCss(brandOf(config)))
  return {
    appearance: config,
    assets,
    languages,
    publicUrl,
    isHttps: config.publicUrl?.startsWith('https:') ?? false,
    returnOrigins: config.returnOrigins,
  }
}

/** The pages for the users of the service. They call the same services as the API. */
export function pageRoutes(app: App, { config, services, clock, shared }: PageRoutesOptions): void {
  assetRoutes(app, shared)
  consoleRoutes(app, { ...config, ...shared })
  hostedPages(app, shared, (pages) => {
    changePasswordRoute(pages)
    passkeyDocuments(pages, { ...config, ...shared })
    const { signInByCode } = config
    const rules = {
      isOpen: config.registration === 'open',
      sessionSeconds: config.sessionTtlSeconds,
      signInByCode,
      providers: services.federation.providers,
    }
    signInRoutes(pages, {
      ...config,
      ...services,
      ...shared,
      rules,
      asksIdentifierFirst: config.signInSteps === 'two',
    })
    if (signInByCode.length > 0) {
      signInCodePages(pages, { ...config, ...services, ...shared })
      signInLinkRoutes(pages, { ...config, ...services, ...shared })
    }
    passkeySignInRoutes(pages, { ...config, ...services, ...shared })
    secondStepRoutes(pages, { ...config, ...services, ...shared })
    enrolmentRoutes(pages, { ...config, ...services, ...shared })
    if (config.factorRecoveryHours > 0) {
      lostFactorRoutes(pages, { ...config, ...services, ...shared })
      keepFactorRoutes(pages, { ...services, ...shared })
    }
    providerRoutes(pages, { ...config, ...services, ...shared })
    waitingProviderRoutes(pages, { ...config, ...services, ...shared })
    signOutRoutes(pages, { ...services, ...shared })
    const { factorRecoveryHours, passwordLengthMin, trustedDeviceDays } = config
    const options = { ...services, ...shared, factorRecoveryHours, passwordLengthMin, trustedDeviceDays }
    authorizationPages(pages, { ...services, ...shared })
    endSessionPages(pages, { ...services, ...shared })
    const hasFactor = async (id: AccountId) => (await services.ownFactors.list(id)).factors.length > 0
    consentPages(pages, { ...services, ...shared, hasFactor })
    signUpRoutes(pages, {
      ...config,
      ...options,
      rules: signUpRulesOf(config, services),
      isOpen: rules.isOpen,
      mustVerify: config.verification === 'required',
    })
    restoreRoutes(pages, options)
    recoverRoutes(pages, options)
    cancelRoutes(pages, options)
    verifyCodeRoutes(pages, options)
    verifyLinkRoutes(pages, options, verifyCodePath)
    confirmContactRoutes(pages, options)
    undoRoutes(pages, options)
    invitationRoutes(pages, options)
    notMeRoutes(pages, options)
    setupRoutes(pages, options)
    accountPages(pages, {
      ...config,
      ...services,
      ...shared,
      clock,
      mustVerify: (account) => mustVerify(config, account),
      securityParts: [
        checkUp(services),
        waysToSignIn(services),
        factorsPart(services),
        linkedAccountsPart(services),
        trustedDevicesPart(services),
        logPart,
      ],
    })
  })
}

function signUpRulesOf(
  config: Config,
  { availability, federation }: Pick<Services, 'availability' | 'federation'>,
): SignUpRules {
  const { passwordLengthMin, privacy, signUpFields: fields, signUpOptionalFields } = config
  // With strict privacy, a registration without a password would have to show a secret, and so whether it succeeded.
  const optional = signUpOptionalFields.filter((name) => name !== 'password' || privacy !== 'strict')
  const names = { username: 'username', email: 'email', phone_number: 'phoneNumber' } as const
  const checked = (['username', 'email', 'phone_number'] as const).filter((name) =>
    availability.answersFor(names[name]),
  )
  return { fields, optional, checked, passwordLengthMin, providers: federation.providers }
}

function brandOf({ brandColor, brandRadiusPixels, brandFont, brandCssFile, sources }: Config) {
  return {
    color: sources.brandColor === 'default' ? null : brandColor,
    radiusPixels: sources.brandRadiusPixels === 'default' ? null : brandRadiusPixels,
    font: brandFont,
    css: brandCssFile === null ? '' : readFileSync(brandCssFile, 'utf8'),
  }
}
