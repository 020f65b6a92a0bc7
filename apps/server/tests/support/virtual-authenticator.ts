import type { Page } from 'playwright-core'

/** An authenticator of Chromium's own, as it would be in the device. */
export interface VirtualAuthenticator {
  /** Whether its owner can unlock it from now on. */
  setUnlocked(isUnlocked: boolean): Promise<void>
  /** Whether its owner touches it by themselves from now on, without waiting for a choice. */
  setPresent(isPresent: boolean): Promise<void>
}

/** One that its owner has unlocked, and whose passkeys a provider copies. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: true,
      defaultBackupState: true,
    },
  })
  return {
    setUnlocked: async (isUserVerified) =>
      void (await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })),
    setPresent: async (enabled) =>
      void (await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })),
  }
}
