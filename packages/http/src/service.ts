import { codeOf, isRekeyError, safeMessage } from '@rekey/domain'
import closeWithGrace from 'close-with-grace'
import pino, { type DestinationStream, type Logger } from 'pino'

/**
 * JSON lines on stdout. Keys and tokens are kept out by never logging a body or header, and by Secret;
 * the redaction here is the wall behind that.
 */
export function createLogger (service: string, level = 'info', sink?: DestinationStream): Logger {
  const secret = ['privateKey', 'authorization', 'token', 'secretId', 'password', 'text']
  return pino({
    // Any other level is refused by the service's configuration, which needs a log to say so.
    level: Object.hasOwn(pino.levels.values, level) ? level : 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: [...secret, ...secret.map(field => `*.${field}`), ...secret.map(field => `*.*.${field}`)], censor: '[secret]' }
  }, sink ?? pino.destination({ sync: true }))
}

export interface RunningService {
  /** Brings what runs to its end, and begins nothing more. */
  stop (): Promise<void>
  /** How long that may take. Then the process ends in the middle of it. */
  readonly stopMs: number
}

/**
 * Runs a process's service until a signal, or an error that nobody expected, ends it.
 * @param name for people: `the worker`
 */
export async function runService (name: string, log: Logger, start: () => Promise<RunningService>): Promise<void> {
  try {
    const running = await start()
    closeWithGrace({ delay: running.stopMs, logger: false }, async ({ signal, err }) => {
      if (err !== undefined) log.fatal({ event: 'crashed', code: codeOf(err) }, `${name} stops: ${safeMessage(err)}`)
      else log.info({ event: 'stopping', signal }, 'finishing what runs')
      await running.stop()
    })
  } catch (error) {
    log.fatal({ event: 'start-failed', code: codeOf(error) }, isRekeyError(error) ? error.message : `${name} can't start: ${safeMessage(error)}`)
    // What is open by then, such as a connection that goes on trying, would keep a process that does nothing: whoever looks after it is to start it anew.
    process.exit(1)
  }
}
