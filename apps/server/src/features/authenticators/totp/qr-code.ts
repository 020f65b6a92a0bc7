/** How an authenticator app gets the secret (Key Uri Format of Google Authenticator, which all apps read). */

/** @param account a name by which the owner tells their accounts apart in the app */
export async function otpauthUrlOf(secret: string, issuer: string, account: string): Promise<string> {
  const { generateURI } = await import('otplib')
  return generateURI({ issuer, label: account, secret })
}

/** An image without style or script, so that the strictest content security policy shows it. */
export async function qrSvgOf(text: string): Promise<string> {
  const { renderSVG } = await import('uqr')
  return renderSVG(text, { ecc: 'M', border: 4, pixelSize: 4 })
}
