import Type from 'typebox'
import { Failure, type Problem } from '../kernel/failures.ts'
import { oauthCode, oauthErrorBody, oauthStatus } from './oauth-errors.ts'

/** An error answer of OAuth (RFC 6749 §5.2). */
export const OAuthErrorView = Type.Object(
  {
    error: Type.String({ description: 'The stable name of the error, for programs' }),
    error_description: Type.String({ description: 'What went wrong and what to do, for people' }),
    challenge: Type.Optional(
      Type.String({ description: 'With `mfa_required`: good for nothing but finishing the sign-in' }),
    ),
    factors: Type.Optional(
      Type.Array(Type.String(), { description: 'With `mfa_required`: the factors that finish it' }),
    ),
  },
  { title: 'OAuthError', description: 'Why a request of OAuth was refused or failed (RFC 6749 §5.2)' },
)

/** The OpenAPI responses of the problems: one for each status, with the exact errors that it may have. */
export function oauthResponses(problems: readonly Problem[]): Record<string, unknown> {
  const byStatus = Map.groupBy(problems, ({ kind }) => oauthStatus(kind))
  return Object.fromEntries([...byStatus].map(([status, group]) => [String(status), responseOf(group)]))
}

function responseOf(problems: readonly Problem[]): object {
  const byCode = new Map(problems.map((problem) => [oauthCode({ problem }), problem] as const))
  const codes = [...byCode.keys()].sort()
  const schema = {
    allOf: [
      { $ref: '#/components/schemas/OAuthError' },
      {
        type: 'object',
        required: ['error'],
        properties: { error: { enum: codes, description: 'One of these' } },
      },
    ],
  }
  const examples = Object.fromEntries(
    [...byCode].map(([code, problem]) => [
      code,
      { summary: problem.title, value: JSON.parse(oauthErrorBody(new Failure(problem))) as unknown },
    ]),
  )
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/json': { schema, examples } },
  }
}
