import type { Router } from 'express'
import type { Accounts } from '../http/accounts.ts'
import { readBody } from '../http/read-body.ts'
import { doseView, NewDose } from './schema.ts'
import type { DosesService } from './service.ts'

export function doseRoutes(router: Router, accounts: Accounts, doses: DosesService): void {
  router.post('/v1/doses', accounts.requirePermission('vaccinations:record'), async (request, response) => {
    const { national_id: nationalId, centre_id: centreId, vaccine, lot } = readBody(NewDose, request)
    const { id: staffId } = accounts.currentUser(request)
    const dose = await doses.record(staffId, { nationalId, centreId, vaccine, lot })
    response.status(201).json(doseView(dose))
  })

  router.get('/v1/me/doses', async (request, response) => {
    const list = await doses.list(accounts.currentUser(request).id)
    response.json({ data: list.map(doseView) })
  })
}
