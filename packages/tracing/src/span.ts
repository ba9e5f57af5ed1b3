/** Names, numbers and codes. No secret, and no text that a host or a client has sent. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface SpanOptions {
  /** Whether it answers or asks somebody else; left out: neither. */
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer'
  readonly attributes?: Attributes
}

/** A piece of work: when it began and ended, how, and what it is a part of. */
export interface Span {
  /** How others name it, as W3C's Trace Context writes it. It may stand in documents and in headers. */
  readonly traceparent: string
  /** Begins a part of this work. */
  begin (name: string, options?: SpanOptions): Span
  note (attributes: Attributes): void
  /** Says that another process's span is behind this one. What is no traceparent is left out, so it may come from anybody. */
  link (traceparent: string): void
  /** @param failure the stable code of what went wrong */
  end (failure?: string): void
}

export interface Tracer {
  /** Begins a trace. */
  begin (name: string, options?: SpanOptions): Span
}
