import type { Router } from 'express'
import type { Accounts } from '../http/accounts.ts'
import { readBody } from '../http/read-body.ts'
import { centreView, NewCentre, openingView, Places } from './schema.ts'
import type { CentresService } from './service.ts'

/** For everyone, also without an account. */
export function openingRoutes(router: Router, centres: CentresService): void {
  router.get('/v1/openings', async (_request, response) => {
    response.json({ data: (await centres.openings()).map(openingView) })
  })
}

export function centreRoutes(router: Router, accounts: Accounts, centres: CentresService): void {
  const mayManage = accounts.requirePermission('vaccinations:manage')

  router.post('/v1/centres', mayManage, async (request, response) => {
    response.status(201).json(centreView(await centres.create(readBody(NewCentre, request))))
  })

  router.put('/v1/centres/:centreId/openings', mayManage, async (request, response) => {
    const { day, places } = readBody(Places, request)
    await centres.setPlaces({ centreId: String(request.params['centreId']), day }, places)
    response.status(204).end()
  })
}
