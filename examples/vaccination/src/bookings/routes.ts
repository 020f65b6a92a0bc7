import type { Router } from 'express'
import type { Accounts } from '../http/accounts.ts'
import { readBody } from '../http/read-body.ts'
import { bookingView, NewBooking } from './schema.ts'
import { type BookingsService, noBooking } from './service.ts'

export function bookingRoutes(router: Router, accounts: Accounts, bookings: BookingsService): void {
  router.post('/v1/me/booking', async (request, response) => {
    const { centre_id: centreId, day } = readBody(NewBooking, request)
    const booking = await bookings.book(accounts.currentUser(request).id, { centreId, day })
    response.status(201).json(bookingView(booking))
  })

  router.get('/v1/me/booking', async (request, response) => {
    const booking = await bookings.find(accounts.currentUser(request).id)
    if (booking === null) throw noBooking()
    response.json(bookingView(booking))
  })

  router.delete('/v1/me/booking', async (request, response) => {
    await bookings.cancel(accounts.currentUser(request).id)
    response.status(204).end()
  })
}
