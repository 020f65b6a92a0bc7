import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export const host = '127.0.0.1'

/** The wanted port, or a free one if another program has it. @param wanted 0 for any */
export async function findPort(wanted: number): Promise<number> {
  return (await freePort(wanted)) ?? (await freePort(0)) ?? wanted
}

/** Null if another program has it. */
async function freePort(wanted: number): Promise<number | null> {
  const server = createServer()
  server.listen(wanted, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null
    throw error
  }
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
