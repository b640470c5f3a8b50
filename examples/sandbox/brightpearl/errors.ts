/**
 * A refusal in the API's envelope, `{"errors":[{"code","message"}]}` [doc, rec].
 *
 * Codes that no source gives are `CMNC-400` here. That number is ours [assumed]: three letters and the class C
 * for a client's mistake follow the vendor's pattern, and no client may depend on the rest.
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

/** 404 CMNC-404: nothing found, or no such path [rec, doc]. The texts are ours, but for contacts [assumed]. */
export function notFound(message: string): ApiError {
  return new ApiError(404, 'CMNC-404', message)
}

/** 400 with a client's code that nobody has recorded [assumed]. */
export function refused(message: string): ApiError {
  return new ApiError(400, 'CMNC-400', message)
}

export function errorBody({ code, message }: ApiError): unknown {
  return { errors: [{ code, message }] }
}
