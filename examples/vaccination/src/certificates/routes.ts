import type { Router } from 'express'
import type { Accounts } from '../http/accounts.ts'
import { accountOwnerOf } from '../people/model.ts'
import type { VerifyPage } from './page/verify-page.ts'
import type { CertificatesService } from './service.ts'

export function certificateRoutes(
  router: Router,
  accounts: Accounts,
  certificates: CertificatesService,
): void {
  router.get('/v1/me/certificate', async (request, response) => {
    const owner = accountOwnerOf(await accounts.fetchUser(request))
    const { token, url, qrSvg } = await certificates.issue(owner)
    response.json({ certificate: token, url, qr_svg: qrSvg })
  })
}

/** For everyone who sees a certificate. */
export function verifyPageRoutes(router: Router, { html, contentSecurityPolicy }: VerifyPage): void {
  router.get('/verify', (_request, response) => {
    response.set('content-security-policy', contentSecurityPolicy).type('html').send(html)
  })
}
