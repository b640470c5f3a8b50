/**
 * What is known of a value before any record is read. Derived from closed JSON Schemas, and carried through an
 * expression by the checker. `optional` says that the value may be absent (nothing, in JSONata's word).
 */
export type StaticType =
  | (Common & { readonly kind: 'any' })
  | (Common & { readonly kind: 'nothing' })
  | (Common & {
      readonly kind: 'string' | 'number' | 'boolean'
      /** All that occur, where they are known. */
      readonly values?: readonly (string | number | boolean)[]
      /** Of a number: known to have decimals, on which the arithmetic of JSONata is not exact. */
      readonly decimal?: true
    })
  | (Common & { readonly kind: 'function' })
  | (Common & {
      readonly kind: 'object'
      readonly fields: ReadonlyMap<string, StaticType>
      /** Type of further fields, where the schema allows them (a map keyed by id). Absent: the object is closed. */
      readonly rest?: StaticType
      /** What messages call it, such as `source.product`. */
      readonly title?: string
    })
  | (Common & {
      readonly kind: 'list'
      readonly of: StaticType
      /** The expression makes this list, as a field of an object that it writes out: none is `[]`, and not left out. */
      readonly made?: true
    })

interface Common {
  readonly optional?: boolean
  /** The schema marks it as personal data (`x-personal`). */
  readonly personal?: true
}
