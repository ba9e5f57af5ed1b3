// Whether the API or the broker in this container can serve: exit code 0 or 1. It is told what the names of the service's settings begin with, as REKEY_API.
import { request } from 'node:https'

const service = process.argv[2]
const bound = process.env[`${service}_HOST`] ?? '127.0.0.1'
// It asks its own container and sends nothing, so whose certificate it is does not matter.
const call = request({ host: bound === '0.0.0.0' ? '127.0.0.1' : bound, port: process.env[`${service}_PORT`], path: '/health/ready', timeout: 4000, rejectUnauthorized: false }, answer => {
  answer.resume()
  process.exitCode = answer.statusCode === 200 ? 0 : 1
})
call.on('timeout', () => call.destroy())
call.on('error', () => { process.exitCode = 1 })
call.end()
