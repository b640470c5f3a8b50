import type { Hono } from 'hono'
import type { Faults } from '../common/faults.ts'
import type { SandboxContext, SandboxEnv } from '../common/server.ts'
import { readBody } from './body.ts'
import { ApiError, errorBody, notFound, refused } from './errors.ts'
import { type IdSet, parseIdSet } from './id-set.ts'
import { reply } from './reply.ts'
import type { ApiRequest, Route } from './route.ts'

const root = '/public-api/:account'

/** Puts the routes on the app: answers, refusals in the error envelope, unknown paths and wrong methods. */
export function serveRoutes(app: Hono<SandboxEnv>, faults: Faults, routes: readonly Route[]): void {
  for (const route of routes) {
    app.on(route.method, `${root}${route.path}`, async (c) => {
      c.set('operation', route.operation)
      c.header('Message-Type', route.messageType ?? route.operation)
      const text = route.method === 'GET' || route.method === 'OPTIONS' ? '' : await c.req.text()
      // From here on nothing waits: what a call does, it does before the next one begins.
      return answer(c, () => route.handle(apiRequest(c, faults, text)))
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    // A path that exists with a method that it does not take (or that this stand-in does not): [assumed].
    app.all(`${root}${path}`, (c) =>
      answer(c, () => {
        throw new ApiError(405, 'CMNC-400', `${c.req.method} is not supported here`)
      }),
    )
  }
  app.notFound((c) =>
    c.req.path.startsWith('/public-api/')
      ? answer(c, () => {
          throw notFound('No such resource path')
        })
      : c.text('Not Found', 404),
  )
  app.onError((error, c) => reply(c, 500, errorBody(new ApiError(500, 'CMNU-003', error.message))))
}

function answer(c: SandboxContext, handle: () => unknown): Response {
  try {
    return reply(c, 200, handle())
  } catch (error) {
    if (error instanceof ApiError) return reply(c, error.status, errorBody(error))
    throw error
  }
}

function apiRequest(c: SandboxContext, faults: Faults, text: string): ApiRequest {
  const call = { method: c.req.method, path: c.req.path }
  const checked = (set: IdSet): IdSet => {
    // One bad id can fail a whole request [code]; which ids are bad is for the fault to say.
    const poison = faults.current().poisonIds
    if (poison?.ids.some((id) => set.has(id)) && faults.take('poisonIds', call)) {
      throw refused('The request names an ID that cannot be processed')
    }
    return set
  }
  return {
    query: new URL(c.req.url).searchParams,
    idSet(name = 'ids') {
      const text = c.req.param(name)
      return text === undefined || text === '' ? undefined : checked(parseIdSet(text))
    },
    id(name) {
      const text = c.req.param(name) ?? ''
      if (!/^[1-9]\d{0,9}$/.test(text)) throw refused(`One ID is required, not ${text.slice(0, 60)}`)
      checked(parseIdSet(text))
      return Number(text)
    },
    body: (shape, codes) => readBody({ contentType: c.req.header('content-type') ?? '', text }, shape, codes),
    header: (name) => c.req.header(name),
  }
}
