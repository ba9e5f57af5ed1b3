// Whether the broker in this container can serve: exit code 0 or 1.
import { request } from 'node:https'

const bound = process.env.REKEY_BROKER_HOST ?? '127.0.0.1'
// It asks its own container and sends nothing, so whose certificate it is does not matter.
const call = request({ host: bound === '0.0.0.0' ? '127.0.0.1' : bound, port: process.env.REKEY_BROKER_PORT, path: '/health/ready', timeout: 4000, rejectUnauthorized: false }, answer => {
  answer.resume()
  process.exitCode = answer.statusCode === 200 ? 0 : 1
})
call.on('timeout', () => call.destroy())
call.on('error', () => { process.exitCode = 1 })
call.end()
