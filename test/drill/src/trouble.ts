import type { LabHost } from '@rekey/lab'
import type { Gate } from './gate.ts'

/** How hosts misbehave, in turn. */
export const troubles = ['off line', 'frozen', 'slow', 'breaks off'] as const
export type Trouble = typeof troubles[number]

/** Which of so many hosts misbehave, and how: spread over the fleet. */
export function spread (hosts: number, percent: number): Array<Trouble | undefined> {
  const count = Math.round(hosts * percent / 100)
  return Array.from({ length: hosts }, (_, index) => {
    const nth = Math.floor((index + 1) * count / hosts)
    return nth > Math.floor(index * count / hosts) ? troubles[(nth - 1) % troubles.length] : undefined
  })
}

export async function begin (trouble: Trouble, host: LabHost, gate: Gate | undefined): Promise<void> {
  switch (trouble) {
    case 'off line':
      await host.stop()
      break
    case 'frozen':
      await host.pause()
      break
    case 'slow':
      gate?.treat('slow')
      break
    case 'breaks off':
      gate?.treat('breaks')
  }
}

export async function end (trouble: Trouble, host: LabHost, gate: Gate | undefined): Promise<void> {
  switch (trouble) {
    case 'off line':
      await host.start()
      break
    case 'frozen':
      await host.resume()
      break
    case 'slow':
    case 'breaks off':
      gate?.treat('well')
  }
}
