export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface ApiAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Undefined where it is no JSON. */
  readonly body: unknown
}

/** An answer that is read as it comes. */
export interface ApiStream {
  readonly status: number
  /** @throws RekeyError `api/unavailable` when it breaks off */
  readonly text: AsyncIterable<string>
}

/** Sends single requests to the API. */
export interface ApiConnection {
  /** The answer, whatever its status. @throws RekeyError `api/unavailable` */
  send (method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  /** GET, once the answer has begun. To leave the loop over its text ends it, as `signal` does. @throws RekeyError `api/unavailable` */
  stream (path: string, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<ApiStream>
  close (): void
}
