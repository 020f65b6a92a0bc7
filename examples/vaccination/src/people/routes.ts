import type { Router } from 'express'
import type { Accounts } from '../http/accounts.ts'
import { readBody } from '../http/read-body.ts'
import { accountOwnerOf } from './model.ts'
import { personView, Registration } from './schema.ts'
import type { PeopleService } from './service.ts'

export function peopleRoutes(router: Router, accounts: Accounts, people: PeopleService): void {
  router.post('/v1/me', async (request, response) => {
    const { national_id } = readBody(Registration, request)
    const owner = accountOwnerOf(await accounts.fetchUser(request))
    response.status(201).json(personView(await people.register(owner, national_id)))
  })

  router.get('/v1/me', async (request, response) => {
    response.json(personView(await people.get(accounts.currentUser(request).id)))
  })
}
