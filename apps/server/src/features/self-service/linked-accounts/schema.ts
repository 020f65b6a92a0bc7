import Type, { type Static } from 'typebox'
import { exampleId } from '../../../platform/http/fields.ts'
import type { LinkedAccount } from '../../authenticators/linked-accounts/model.ts'
import {
  exampleLinkedAccount,
  LinkedAccountView,
  linkedAccountView,
} from '../../authenticators/linked-accounts/schema.ts'

export const LinkedAccountsView = Type.Object(
  { data: Type.Array(LinkedAccountView, { description: 'Oldest first' }) },
  {
    title: 'LinkedAccounts',
    description: 'The accounts at other providers with which the caller signs in',
    examples: [{ data: [exampleLinkedAccount] }],
  },
)

export function linkedAccountsView(linked: readonly LinkedAccount[]): Static<typeof LinkedAccountsView> {
  return { data: linked.map(linkedAccountView) }
}

export const LinkedAccountParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the connection', examples: [exampleId] }),
})
