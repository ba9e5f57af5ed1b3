import { formatName, type ClearedHold, type Credential } from '@rekey/domain'
import { asJson, type Said } from '../said.ts'

export function showHold (credential: Credential, json = false): Said {
  const { hold, lastClearedHold, lastFailure } = credential
  const name = formatName(credential.name)
  if (json) return { out: asJson({ credential: name, hold, lastFailure, lastClearedHold }), notes: [] }
  const lines = hold === null
    ? [`${name} is not on hold.`]
    : [
        `${name} is on hold since ${hold.since}: ${hold.class}`,
        `  ${hold.detail}`,
        ...lastFailure === null || lastFailure.message === hold.detail ? [] : [`  last failure, ${lastFailure.at}: ${lastFailure.code}: ${lastFailure.message}`],
        `To let it go on: rekey hold clear ${name} --reason "…"`
      ]
  return { out: [...lines, ...lastClearedHold === null ? [] : [`Last cleared: ${cleared(lastClearedHold)}`]].join('\n') + '\n', notes: [] }
}

export function reportCleared (credential: string, hold: ClearedHold | undefined, json = false): Said {
  if (json) return { out: asJson({ credential, cleared: hold ?? null }), notes: [] }
  return { out: hold === undefined ? `${credential} was not on hold; nothing changed.\n` : `${credential} goes on. Cleared: ${cleared(hold)}\n`, notes: [] }
}

function cleared (hold: ClearedHold): string {
  return `${hold.class}, by ${hold.clearedBy} at ${hold.clearedAt}: ${hold.reason}`
}
