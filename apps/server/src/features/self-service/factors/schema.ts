import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable } from '../../../platform/http/fields.ts'
import { codeField, FactorView, factorView } from '../../authenticators/factors/schema.ts'
import type { TotpEnrolment } from '../../authenticators/totp/model.ts'
import { factorNameLengthMax } from './input.ts'
import type { OwnFactors } from './model.ts'

/** In examples. The server does not know them. */
const exampleSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const exampleCodes = ['7k2m9q-x4d8vz-0n5r1t-c6h3wj', 'b8s4yp-2g7f0e-m1k9xq-v3z6da']

export const FactorsView = Type.Object(
  {
    data: Type.Array(FactorView, { description: 'The second factors, oldest first' }),
    recovery_codes_left: Type.Integer({ description: 'How many recovery codes are not used yet' }),
  },
  {
    title: 'Factors',
    description: 'The second factors of the caller. The recovery codes are no factor of their own.',
    examples: [
      {
        data: [
          {
            id: exampleId,
            kind: 'totp',
            name: 'Authenticator app',
            created_at: exampleTime,
            last_used_at: exampleTime,
            synced: null,
          },
        ],
        recovery_codes_left: 10,
      },
    ],
  },
)

export function factorsView({ factors, recoveryCodesLeft }: OwnFactors): Static<typeof FactorsView> {
  return { data: factors.map(factorView), recovery_codes_left: recoveryCodesLeft }
}

export const TotpEnrolmentView = Type.Object(
  {
    secret: Type.String({ description: 'The secret in base32, to type into the app' }),
    otpauth_url: Type.String({ description: 'The same as a link, which opens the app on a phone' }),
    qr_svg: Type.String({ description: 'The link as a QR code: an SVG image without style or script' }),
  },
  {
    title: 'TotpEnrolment',
    description: 'What an authenticator app needs. It is shown only once.',
    examples: [
      {
        secret: exampleSecret,
        otpauth_url: `otpauth://totp/Proxima:amina?secret=${exampleSecret}&issuer=Proxima`,
        qr_svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 196 196"></svg>',
      },
    ],
  },
)

export function enrolmentView({
  secret,
  otpauthUrl,
  qrSvg,
}: TotpEnrolment): Static<typeof TotpEnrolmentView> {
  return { secret, otpauth_url: otpauthUrl, qr_svg: qrSvg }
}

export const TotpConfirmBody = Type.Object(
  { code: codeField },
  {
    title: 'TotpConfirmBody',
    additionalProperties: false,
    description: 'The code that the app shows now',
    examples: [{ code: '492039' }],
  },
)

const recoveryCodes = Type.Array(Type.String(), {
  description: 'Ten codes, each for one use. They are shown only once.',
})

export const AddedFactorView = Type.Object(
  {
    recovery_codes: Nullable(recoveryCodes, {
      description: 'Recovery codes with the first factor; null if the account had one before',
    }),
  },
  {
    title: 'AddedFactor',
    description: 'The second factor is added.',
    examples: [{ recovery_codes: exampleCodes }],
  },
)

export const RecoveryCodesView = Type.Object(
  { recovery_codes: recoveryCodes },
  {
    title: 'RecoveryCodes',
    description: 'New recovery codes. The earlier ones no longer work.',
    examples: [{ recovery_codes: exampleCodes }],
  },
)

export const FactorParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the factor', examples: [exampleId] }),
})

export const FactorPatchBody = Type.Object(
  {
    name: Type.String({
      maxLength: factorNameLengthMax * 2,
      description: `A name that distinguishes the factors of the owner: at most ${factorNameLengthMax} characters`,
    }),
  },
  {
    title: 'FactorPatchBody',
    additionalProperties: false,
    description: 'The new name of a factor',
    examples: [{ name: 'My new phone' }],
  },
)

export const RenamedFactorView = FactorView

export const renamedFactorView = factorView
