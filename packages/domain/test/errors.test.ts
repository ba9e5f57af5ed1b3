import { errorCatalogue, framesOf, isRekeyError, RekeyError, safeMessage } from '@rekey/domain'
import type { ErrorCode } from '@rekey/domain'

const codes = Object.keys(errorCatalogue) as ErrorCode[]

test('an error knows from the catalogue whether the same call can succeed later', () => {
  for (const code of codes) {
    const error = new RekeyError(code, 'why')
    expect([error.name, error.code, error.retry, error.message]).toEqual(['RekeyError', code, errorCatalogue[code].retry, 'why'])
  }
})

test('an error has nothing attached that it was not given', () => {
  const error = new RekeyError('vault/sealed', 'Vault is sealed')
  expect(error.cause).toBeUndefined()
  expect(error.detail).toEqual({})
  expect(Object.keys(error).sort()).toEqual(['code', 'detail', 'name', 'retry'])
})

test('an error is told from others by its class and its codes', () => {
  const error: unknown = new RekeyError('vault/conflict', 'x')
  expect(isRekeyError(error)).toBe(true)
  expect(isRekeyError(error, 'vault/sealed', 'vault/conflict')).toBe(true)
  expect(isRekeyError(error, 'vault/sealed')).toBe(false)
  for (const other of [new Error('vault/conflict'), { code: 'vault/conflict', name: 'RekeyError' }, 'vault/conflict', null, undefined]) {
    expect(isRekeyError(other)).toBe(false)
  }
})

test('codes are of the form area/words and say something each', () => {
  for (const code of codes) {
    expect(code).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/)
    expect(errorCatalogue[code].means).toMatch(/^\S.{10,}[^.\s]$/)
  }
})

test('of an error that is not ours no word is shown but its kind and where it was thrown', () => {
  const error = new RangeError('planted\n    at planted (/planted.js:1:1)')
  expect(safeMessage(error)).toMatch(/^an unexpected fault: RangeError at .*\(errors\.test\.ts:\d+:\d+\)$/)
  expect(framesOf(error).join()).not.toContain('planted')
  error.message = 'another one than its stack begins with'
  for (const other of [error, 'planted', { message: 'planted' }, null]) expect(safeMessage(other)).toMatch(/^an unexpected fault: (RangeError|string|object) at an unknown place$/)
})

test('one of ours says it itself', () => {
  expect(safeMessage(new RekeyError('vault/sealed', 'Vault is sealed'))).toBe('Vault is sealed')
})
