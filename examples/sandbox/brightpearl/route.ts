import type { Shape } from '../common/shape.ts'
import type { IdSet } from './id-set.ts'

/** A request that has passed the gate: signed in and within the quota. */
export interface ApiRequest {
  readonly query: URLSearchParams
  /** An id set of the path, or undefined where the path leaves it out. @throws ApiError */
  idSet(name?: string): IdSet | undefined
  /** One id of the path. @throws ApiError when it is a set. */
  id(name: string): number
  /** The JSON body. `codes`: the error code of a mistake, by its kind and place: `missing customer.id`. @throws ApiError */
  body<Value>(shape: Shape<Value>, codes?: Readonly<Record<string, string>>): Value
  header(name: string): string | undefined
}

export interface Route {
  readonly method: 'GET' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Under `/public-api/{account}`; `:name` is one segment. */
  readonly path: string
  /** Name of the operation in the log, and in the header `Message-Type` (its form for GET and POST is known [rec]). */
  readonly operation: string
  /** `Message-Type` where it is not the operation: every search has the same [rec]. */
  readonly messageType?: string
  /** The body of a 200, also of a POST [rec]; an empty object for PUT and DELETE [rec]. @throws ApiError */
  handle(request: ApiRequest): unknown
}

/** Reference data: the id set may be left out for all; a slash at the end is accepted [rec]. */
export function collection(
  path: string,
  operation: string,
  handle: (ids: IdSet | undefined) => unknown,
): readonly Route[] {
  const route = { method: 'GET', operation, handle: (request: ApiRequest) => handle(request.idSet()) } as const
  return [
    { ...route, path },
    { ...route, path: `${path}/` },
    { ...route, path: `${path}/:ids` },
  ]
}
