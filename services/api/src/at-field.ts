import { isRekeyError, RekeyError } from '@rekey/domain'

/** Runs a check that doesn't know which field it looks at, and puts the field's name on its refusal. */
export function atField<T> (field: string, check: () => T): T {
  try {
    return check()
  } catch (error) {
    throw isRekeyError(error) ? new RekeyError(error.code, `${field}: ${error.message}`, { ...error.detail, field }) : error
  }
}
